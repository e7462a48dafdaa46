package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"time"

	"github.com/outdial/outdial/internal/conformance"
)

// conform is `outdial conformance`: it tells how far a server, ours or another,
// speaks ICWS. Failures make it fail.
func conform(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, files, err := parseConformance(args, stderr)
	if err != nil {
		return usage(err)
	}
	o.Told = func(r conformance.Result) { fmt.Fprint(stdout, r.Line()) }
	report, err := conformance.Run(ctx, o)
	if err != nil {
		return err
	}
	if err := report.Traces(stdout); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "\n%s at %s, in %s\n", report.Summary(), report.URL, report.Took.Round(time.Millisecond))
	if err := errors.Join(written(files.junit, report.JUnit), written(files.json, report.JSON)); err != nil {
		return err
	}
	var all []error
	for _, left := range report.Left {
		all = append(all, fmt.Errorf("the server is not as it was found: %s", left))
	}
	if n := report.Count(conformance.Fail); n > 0 {
		all = append(all, fmt.Errorf("%d facts do not hold", n))
	}
	if ctx.Err() != nil {
		all = append(all, errors.New("the run was interrupted"))
	}
	return errors.Join(all...)
}

// conformanceFiles is where else the results go.
type conformanceFiles struct{ junit, json string }

func parseConformance(args []string, stderr io.Writer) (o conformance.Options, files conformanceFiles, err error) {
	flags := flag.NewFlagSet("conformance", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.URL, "url", "", "the server, like http://host:8018")
	flags.StringVar(&o.User, "user", "", "a user of the server")
	flags.StringVar(&o.Password, "password", "", "the user's password; better in the environment, as OUTDIAL_PASSWORD")
	flags.StringVar(&o.Application, "application", "outdial-conformance", "name of the application")
	flags.StringVar(&o.Station, "station", "", "a workstation that may be taken")
	flags.StringVar(&o.RemoteNumber, "remote-number", "", "a phone that may be called as the agent's")
	flags.StringVar(&o.Campaign, "campaign", "", "a campaign whose contacts may be called")
	flags.StringVar(&o.Call, "call", "", "a phone that the agent may call from the station, which is then taken; a call and a second one at a time")
	flags.StringVar(&o.AdminUser, "admin-user", "", "an administrator of the server, for what the user has no right to")
	flags.StringVar(&o.AdminPassword, "admin-password", "", "the administrator's password; better in the environment, as OUTDIAL_ADMIN_PASSWORD")
	flags.StringVar(&o.Origin, "origin", "", "an origin whose pages the server allows")
	only := flags.String("only", "", "regular expression: try the facts whose name or section it matches")
	flags.StringVar(&files.junit, "junit", "", "write the results as JUnit XML into this file")
	flags.StringVar(&files.json, "json", "", "write the results as JSON into this file")
	flags.BoolVar(&o.Destructive, "destructive", false, "also take the station, log in to the dialer, call contacts of the campaign")
	flags.BoolVar(&o.Strict, "strict", false, "what only was inferred or decided fails too")
	flags.BoolVar(&o.Insecure, "insecure", false, "take any TLS certificate")
	flags.DurationVar(&o.Timeout, "timeout", 10*time.Second, "wait for an answer or a message so long")
	if err := flags.Parse(args); err != nil {
		return o, files, err
	}
	wrong := func(format string, args ...any) (conformance.Options, conformanceFiles, error) {
		fmt.Fprintf(stderr, "conformance: "+format+"\n", args...)
		return o, files, errUsage
	}
	if flags.NArg() > 0 {
		return wrong("what is %q for?", flags.Arg(0))
	}
	if o.Password == "" {
		o.Password = os.Getenv("OUTDIAL_PASSWORD")
	}
	if o.AdminPassword == "" {
		o.AdminPassword = os.Getenv("OUTDIAL_ADMIN_PASSWORD")
	}
	switch {
	case (o.AdminUser == "") != (o.AdminPassword == ""):
		return wrong("--admin-user and --admin-password need each other")
	case o.URL == "" || o.User == "" || o.Password == "":
		return wrong("it needs --url, --user and --password")
	case o.Timeout <= 0:
		return wrong("--timeout must be more than nothing")
	}
	if *only != "" {
		if o.Only, err = regexp.Compile(*only); err != nil {
			return wrong("--only: %v", err)
		}
	}
	return o, files, nil
}

// written writes a file, if one was asked for.
func written(name string, write func(io.Writer) error) error {
	if name == "" {
		return nil
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
