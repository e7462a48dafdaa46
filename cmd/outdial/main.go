// Command outdial is an outbound dialing server.
//
//	outdial serve         runs the server
//	outdial demo          plays an agent's shift against phones on this machine
//	outdial import        loads contacts from a CSV file, or a do-not-call list
//	outdial rules         lists the rules that bind calls, with their sources
//	outdial simulate      rehearses a day of dialing in virtual time
//	outdial cpa           explains call analysis on a recording
//	outdial export        writes contacts or attempts to a file
//	outdial bench         measures what this machine can carry
//	outdial check         tells what is wrong with a configuration
//	outdial config        prints a configuration to start from
//	outdial conformance   tells how far a server speaks ICWS
//	outdial resources     lists the resources of ICWS and how far each works
//	outdial version       prints the release
//
// It is the only package that knows all rooms; it plugs them together in
// server.go, from the database upwards, and closes them in the reverse order.
//
// The configuration is one file, read once (config.go, and script.go for the base
// scripts that it names), judged in plain words (check.go) and brought into the
// database (apply.go). What the other rooms need of it they are given as values.
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	_ "time/tzdata" // contacts live in time zones that the machine may not know

	"github.com/outdial/outdial/internal/telephony"
)

// version is the release; the linker may set it.
var version = "0.1.0"

//go:embed outdial.example.toml
var exampleConfig string

// errUsage: the words on the command line were off, and that was said.
var errUsage = errors.New("see outdial help")

func main() {
	telephony.LiftLimits() // before the demo's phones run
	// Half of them for the workers of the media plane, who keep theirs as they wait.
	runtime.GOMAXPROCS(2 * runtime.GOMAXPROCS(0))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "outdial:", err)
		if errors.Is(err, errUsage) {
			os.Exit(2)
		}
		os.Exit(1)
	}
}

const help = `outdial: an outbound dialing server

  outdial serve [--config FILE]        run the server
  outdial demo  [--keep] [--json FILE] play an agent's shift on this machine
  outdial import contacts --campaign NAME FILE.csv
  outdial import do-not-call --list NAME --date DAY FILE
  outdial rules [--config FILE] [--campaign NAME]
                                       list the rules that bind calls, with their sources
  outdial simulate [flags]             rehearse a day of dialing in virtual time
  outdial cpa FILE.wav [--json]        explain call analysis on a recording
  outdial export contacts --list NAME --out FILE.csv
  outdial export attempts --out FILE.csv
  outdial recount [--campaign NAME]    hold the ledger of abandoned calls against the attempts
  outdial bench media|calls [flags]    measure what this machine can carry
  outdial check --config FILE          tell what is wrong with a configuration
  outdial config                       print a configuration to start from
  outdial conformance --url URL --user U --password P
                                       tell how far a server speaks ICWS
  outdial resources [--markdown]       list what of ICWS this server offers
  outdial version

Each command explains its flags with -h.
`

// run carries out one command.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		fmt.Fprint(stderr, help)
		return fmt.Errorf("no command given: %w", errUsage)
	}
	rest := args[1:]
	switch args[0] {
	case "serve":
		return serve(ctx, rest, stdout, stderr)
	case "demo":
		return demo(ctx, rest, stdout, stderr)
	case "import":
		switch {
		case len(rest) > 0 && rest[0] == "contacts":
			return importContacts(ctx, rest[1:], stdout, stderr)
		case len(rest) > 0 && rest[0] == "do-not-call":
			return importDoNotCall(ctx, rest[1:], stdout, stderr)
		}
		return fmt.Errorf("import what? outdial import contacts --campaign NAME FILE.csv, or outdial import do-not-call --list NAME --date DAY FILE: %w", errUsage)
	case "rules":
		return showRules(ctx, rest, stdout, stderr)
	case "simulate":
		return rehearse(ctx, rest, stdout, stderr)
	case "cpa":
		return cpa(ctx, rest, stdout, stderr)
	case "export":
		return export(ctx, rest, stdout, stderr)
	case "recount":
		return recount(ctx, rest, stdout, stderr)
	case "bench":
		return bencher(ctx, rest, stdout, stderr)
	case "check":
		return check(ctx, rest, stdout, stderr)
	case "config":
		fmt.Fprint(stdout, exampleConfig)
		return nil
	case "conformance":
		return conform(ctx, rest, stdout, stderr)
	case "resources":
		return resources(ctx, rest, stdout, stderr)
	case "version":
		fmt.Fprintln(stdout, "outdial", version)
		return nil
	case "help", "-h", "--help":
		fmt.Fprint(stdout, help)
		return nil
	}
	fmt.Fprint(stderr, help)
	return fmt.Errorf("there is no command %q: %w", args[0], errUsage)
}

// usage makes a usage error of a flag error, which the flags have told already;
// asking for help is none.
func usage(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	return errUsage
}

// flagsOnly refuses words that no flag takes: `outdial serve my.toml` must not
// run without its configuration.
func flagsOnly(flags *flag.FlagSet) error {
	if flags.NArg() == 0 {
		return nil
	}
	advice := ""
	if flags.Lookup("config") != nil {
		advice = " a configuration is named with --config"
	}
	return fmt.Errorf("%s: what is %q for?%s: %w", flags.Name(), flags.Arg(0), advice, errUsage)
}
