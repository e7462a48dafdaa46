package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/outdial/outdial/internal/icws"
)

// resources lists every resource of ICWS and how far it works here.
func resources(_ context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("outdial resources", flag.ContinueOnError)
	flags.SetOutput(stderr)
	markdown := flags.Bool("markdown", false, "write the table of docs/icws.md")
	if err := flags.Parse(args); err != nil {
		return usage(err)
	}
	if err := flagsOnly(flags); err != nil {
		return err
	}
	if *markdown {
		return icws.WriteMarkdown(stdout)
	}
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	for _, r := range icws.Resources() {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", r.Verb, r.Path, r.Since(), r.HowFar())
	}
	return table.Flush()
}
