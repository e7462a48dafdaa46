package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/pacing"
	"github.com/outdial/outdial/internal/store"
)

// dialerConfig is what the floor is told.
type dialerConfig struct {
	AgentRing       duration `toml:"agent_ring"`
	AgentCallerID   string   `toml:"agent_caller_id"`
	PersistentIdle  duration `toml:"persistent_idle"`
	LogOffDropsLine bool     `toml:"log_off_drops_line"`
	Verify          string   `toml:"verify"`
	VerifyTime      duration `toml:"verify_time"`
	Reestablish     duration `toml:"reestablish"`
	Attempts        int      `toml:"reestablish_attempts"`
	AfterHangUp     bool     `toml:"reestablish_after_hang_up"`
	RedialLostAgent bool     `toml:"redial_lost_agent"`
	RedialTime      duration `toml:"redial_time"`
	ZipTone         *bool    `toml:"zip_tone"`
	ParkTime        duration `toml:"park_time"`
}

// rules are the floor's settings, as far as they are in this part of the file.
func (d dialerConfig) rules() dialer.Rules {
	return dialer.Rules{
		AgentRing: d.AgentRing.Duration, AgentCallerID: d.AgentCallerID,
		LineIdle: d.PersistentIdle.Duration, LogOffDropsLine: d.LogOffDropsLine,
		Verify: agent.Verification(d.Verify), VerifyTime: d.VerifyTime.Duration,
		Reestablish: d.Reestablish.Duration, ReestablishAttempts: d.Attempts, ReestablishAfterHangUp: d.AfterHangUp,
		RedialLostAgent: d.RedialLostAgent, RedialTime: d.RedialTime.Duration,
		ZipTone: d.ZipTone == nil || *d.ZipTone, ParkTime: d.ParkTime.Duration,
	}
}

// memories reads what pacers knew when they were stopped. One that can not be read is
// begun anew, which costs the campaign some minutes of caution.
func memories(ctx context.Context, db *store.Store, log *slog.Logger) (map[campaign.ID]pacing.Memory, error) {
	texts, err := db.Memories(ctx)
	if err != nil {
		return nil, err
	}
	learned := make(map[campaign.ID]pacing.Memory)
	for id, text := range texts {
		var m pacing.Memory
		if err := json.Unmarshal(text, &m); err != nil {
			log.Warn("what a campaign had learned is lost", "campaign", string(id), "error", err)
			continue
		}
		learned[id] = m
	}
	return learned, nil
}

// dialer judges the floor's settings.
func (j *judge) dialer(d dialerConfig) {
	j.verification("dialer.verify", d.Verify)
	if d.Attempts < 0 {
		j.bad("dialer.reestablish_attempts", "it can not be negative; 0 never sets a line up again by itself")
	}
}

// verification judges how a human is to show that he answered an agent's phone.
func (j *judge) verification(where, how string) {
	if how != "" && !slices.Contains(agent.Verifications, agent.Verification(how)) {
		j.bad(where, "verification %q is not known; there are off, key and speech", how)
	}
}
