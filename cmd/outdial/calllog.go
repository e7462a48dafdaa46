package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
)

// logEvent logs what operators want to find again: lines to agents' phones that
// stand, and calls. The floor itself does not, as a log may block.
func logEvent(log *slog.Logger, said dialer.Event) {
	switch e := said.Body.(type) {
	case dialer.LineChanged:
		// Hold and refusals are changes of a line that stood before.
		if e.Line.State == agent.LineUp && e.Line.Since.Equal(said.At) && !e.Line.Held {
			log.Info("line up", "agent", e.Agent.String(), "target", e.Line.Target, "persistent", e.Line.Persistent, "attempts", e.Line.Attempts)
		}
	case dialer.CallEnded:
		logCall(log, e)
	}
}

// logCall writes the one line of a call that is over: who, what became of it, and
// its timeline, counted from the moment at which the contact was about to be
// dialed. A contact that was given back without a call is no news.
func logCall(log *slog.Logger, e dialer.CallEnded) {
	at := e.Attempt
	level := slog.LevelInfo
	if at.Outcome == call.Withdrawn {
		level = slog.LevelDebug
	}
	line := []any{
		"call", string(campaign.CallID(at.ID)), "campaign", e.Campaign, "agent", at.Agent, "leg", e.Leg.String(), "trunk", at.Trunk,
		"contact", int64(at.Contact), "outcome", string(at.Outcome), "code", at.Code, "reason", at.Reason,
	}
	if at.SIP != 0 {
		line = append(line, "sip", at.SIP)
	}
	if !at.Placed.IsZero() {
		line = append(line, "placed", at.Placed)
		for _, m := range []struct {
			key string
			at  time.Time
		}{{"ringing", at.Ringing}, {"answered", at.Answered}, {"bridged", at.Bridged}, {"ended", at.Ended}, {"disposed", at.Disposed}} {
			if !m.at.IsZero() {
				line = append(line, m.key, m.at.Sub(at.Placed).Round(time.Millisecond))
			}
		}
	}
	if at.ToCustomer != 0 || at.ToAgent != 0 {
		line = append(line, "to customer", at.ToCustomer, "to agent", at.ToAgent)
	}
	if q := at.Media; q.Codec != "" {
		line = append(line, "codec", q.Codec, "lost", q.Lost, "jitter", q.Jitter)
	}
	if at.AgentCodec != "" {
		line = append(line, "agent codec", at.AgentCodec)
	}
	log.Log(context.Background(), level, "call ended", line...)
}
