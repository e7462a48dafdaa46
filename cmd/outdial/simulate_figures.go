package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/simulate"
)

// attemptsAtOnce is how many attempts are read at a time.
const attemptsAtOnce = 10_000

// ownFigures makes a scenario of a campaign's definition, of what its attempts were
// like, by the hours of this machine's zone, of what its pacing has learned, and of the
// contacts that its list has left.
func ownFigures(ctx context.Context, config, name string) (simulate.Scenario, error) {
	var none simulate.Scenario
	cfg, err := loadConfig(config)
	if err != nil {
		return none, err
	}
	db, err := openDatabase(ctx, cfg.Database.Path)
	if err != nil {
		return none, err
	}
	defer db.Close()
	def, err := campaignToFill(ctx, db, name)
	if err != nil {
		return none, err
	}
	figures := simulate.NewFigures(def, time.Local)
	last := campaign.AttemptID(0)
	for {
		attempts, err := db.Attempts(ctx, string(def.ID), last, attemptsAtOnce)
		if err != nil {
			return none, err
		}
		for _, a := range attempts {
			figures.Add(a)
			last = a.ID
		}
		if len(attempts) < attemptsAtOnce {
			break
		}
	}
	s, err := figures.Scenario()
	if err != nil {
		return none, fmt.Errorf("campaign %s: %w", def.Name, err)
	}
	lists, err := db.Lists(ctx)
	if err != nil {
		return none, err
	}
	learned, err := memories(ctx, db, slog.New(slog.DiscardHandler))
	if err != nil {
		return none, err
	}
	s.Campaigns[0].Learned = learned[def.ID]
	for status, n := range lists[def.List] {
		if status.Waits() {
			s.Campaigns[0].Contacts += n
		}
	}
	if s.Campaigns[0].ToAgents = cfg.leadsToAgents(def); s.Campaigns[0].ToAgents && s.Team.Agents == 0 {
		s.Team.Agents = simulate.StandardTeam().Agents // its attempts do not tell who took those calls
	}
	return s, nil
}

// leadsToAgents tells whether people who hear a campaign's message are passed on to a
// workgroup or a user, rather than to a number.
func (c config) leadsToAgents(def campaign.Campaign) bool {
	to := c.profiles()[strings.ToLower(def.Unattended.Transfer)]
	return def.Mode == campaign.Agentless && to.Queue != nil
}
