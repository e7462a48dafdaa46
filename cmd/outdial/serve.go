package main

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/store"
)

// drainTime is how long an orderly stop may take.
const drainTime = 10 * time.Second

// usualConfig is the configuration where none is named.
const usualConfig = "outdial.toml"

// serve is `outdial serve`: it runs the server until it is told to stop.
func serve(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("outdial serve", flag.ContinueOnError)
	flags.SetOutput(stderr)
	path := flags.String("config", "", "the configuration `file`; without one it is outdial.toml here, and without that the server runs on loopback with a database here")
	verbose := flags.Bool("verbose", false, "log more")
	if err := flags.Parse(args); err != nil {
		return usage(err)
	}
	if err := flagsOnly(flags); err != nil {
		return err
	}
	if *path == "" {
		if _, err := os.Stat(usualConfig); err == nil {
			*path = usualConfig
		}
	}
	cfg, err := parseConfig(nil)
	if *path != "" {
		cfg, err = loadConfig(*path)
	}
	if err != nil {
		return err
	}
	level := slog.LevelInfo
	if *verbose {
		level = slog.LevelDebug
	}
	lines := newLogQueue(stderr, 4096)
	defer lines.close()
	log := slog.New(slog.NewTextHandler(lines, &slog.HandlerOptions{Level: level}))
	srv, err := startServer(ctx, cfg, log)
	if err != nil {
		return err
	}
	secure := ""
	if srv.secureURL != "" {
		secure = " https=" + srv.secureURL
	}
	if srv.firstPassword != "" {
		welcome(stdout, cfg, srv)
	}
	fmt.Fprintf(stdout, "listening http=%s%s sip=%s\n", srv.URL(), secure, srv.SIP())
	select {
	case <-ctx.Done():
		log.Info("stopping")
	case err = <-srv.failed:
		log.Error("a part of the server failed; stopping", "error", err)
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if closeErr := srv.Close(closing); err == nil {
		err = closeErr
	}
	return err
}

// welcome tells the one who started a fresh server what to do next.
func welcome(w io.Writer, cfg config, srv *server) {
	fmt.Fprintf(w, `This database is new. An administrator was created; the password is shown this once:

  user      %s
  password  %s

What to do next:
  outdial config > outdial.toml                 a configuration to start from: trunk, users, a campaign
  outdial check --config outdial.toml           tells what is wrong with it
  outdial serve --config outdial.toml           runs it
  outdial import contacts --config outdial.toml --campaign First people.csv
  curl -u %s:… %s/api/campaigns                 what the dialer is doing
Agent desktops connect to %s/icws (database %s).

`, firstAdmin, srv.firstPassword, firstAdmin, srv.URL(), srv.URL(), cfg.Database.Path)
}

// firstAdmin is the administrator of a fresh database.
const firstAdmin = "admin"

// ensureAdmin creates an administrator where there is no user at all, and returns
// the password, which is kept nowhere.
func ensureAdmin(ctx context.Context, db *store.Store) (string, error) {
	n, err := db.CountUsers(ctx)
	if err != nil || n > 0 {
		return "", err
	}
	random := make([]byte, 15)
	rand.Read(random)
	password := strings.ToLower(base32.StdEncoding.EncodeToString(random))
	return password, db.AddUser(ctx, agent.User{ID: firstAdmin, Name: "Administrator", Admin: true}, password)
}
