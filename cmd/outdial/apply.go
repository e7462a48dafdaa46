package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"strconv"
	"strings"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/store"
)

// apply brings users, stations and campaigns of the configuration into the
// database. What the file does not name stays as it is there, and what of a campaign was
// changed while it ran stays as long as the file says of it what it said then.
func (c config) apply(ctx context.Context, db *store.Store, log *slog.Logger) error {
	for _, u := range c.Users {
		if err := db.SaveUser(ctx, u.user(), u.Password); err != nil {
			return fmt.Errorf("user %s: %w", u.ID, err)
		}
	}
	for _, s := range c.Stations {
		if err := db.SaveStation(ctx, s.station()); err != nil {
			return fmt.Errorf("station %s: %w", s.Name, err)
		}
	}
	for _, cc := range c.Campaigns {
		def, err := cc.campaign()
		if err != nil {
			return fmt.Errorf("campaign %s: %w", cc.Name, err)
		}
		known, err := db.Campaign(ctx, cc.Name)
		switch {
		case err == nil:
			def.ID = known.ID
			if cc.State == "" {
				def.State, def.Auto = known.State, known.Auto && len(def.Schedule.Windows) > 0
			}
			def = keep(def, known.Changed, log)
		case fault.KindOf(err) == fault.NotFound:
			def.ID = newCampaignID()
		default:
			return err
		}
		if err := db.SaveCampaign(ctx, def); err != nil {
			return fmt.Errorf("campaign %s: %w", cc.Name, err)
		}
	}
	return nil
}

func (u userConfig) user() agent.User {
	name := u.Name
	if name == "" {
		name = u.ID
	}
	return agent.User{
		ID: u.ID, Name: name, Admin: u.Admin, Supervisor: u.Supervisor, LogonCampaign: u.LogonCampaign,
		FixedNumbers: denied(u.TypedNumbers), NoPersistence: denied(u.Persistent), NoOutsideCalls: denied(u.OutsideCalls),
		Workgroups: u.Workgroups, Skills: u.Skills, Extension: u.Extension, DefaultStation: u.DefaultStation,
	}
}

// denied tells whether a right that everyone has was taken away.
func denied(right *bool) bool { return right != nil && !*right }

// direct tells whether the station is called at a SIP URI, without a trunk.
func (s stationConfig) direct() bool {
	address := strings.ToLower(s.Address)
	return strings.HasPrefix(address, "sip:") || strings.HasPrefix(address, "sips:")
}

func (s stationConfig) station() agent.Station {
	kind := agent.Workstation
	if s.Kind == "remote" {
		kind = agent.RemoteWorkstation
	}
	return agent.Station{Kind: kind, Name: s.Name, Target: s.Address, Trunk: s.Trunk, Persistent: s.Persistent, Verify: agent.Verification(s.Verify)}
}

func (c campaignConfig) campaign() (campaign.Campaign, error) {
	def := campaign.Campaign{
		Name: c.Name, List: c.list(), Selected: c.selected(), Workgroup: c.Workgroup, Mode: campaign.Mode(c.Mode), State: campaign.State(c.State),
		CallerID: c.CallerID, CallerName: c.CallerName, Withheld: c.Withheld, Attestation: c.Attestation,
		Trunk: c.Trunk, Ring: c.Ring.Duration, Wait: c.Wait.Duration,
		PreviewTime: c.PreviewTime.Duration, AllowSkip: c.AllowSkip == nil || *c.AllowSkip, AutoDisconnect: c.AutoDisconnect,
		OnCallStatus: c.OnCallStatus, FollowUpStatus: c.FollowUpStatus, Zone: c.Zone,
		Retry: campaign.Retry{
			MaxAttempts: c.MaxAttempts, Busy: c.RetryBusy.Duration, NoAnswer: c.RetryNoAnswer.Duration,
			Machine: c.RetryMachine.Duration, Other: c.RetryOther.Duration,
		},
	}
	def.PhoneColumns, def.AllowOwned, def.AllowAgain = c.PhoneColumns, c.AllowOwned, c.AllowAgain
	def.ScriptURL, def.Group = c.ScriptURL, c.Group
	def.Law = c.law()
	def.Recorded, def.HoldMusic = c.recorded(), strings.ToLower(c.HoldMusic)
	def.Answers = c.answers()
	paced, err := c.paced()
	if err != nil {
		return def, err
	}
	def.Paced = paced
	if def.State == "auto" {
		def.State, def.Auto = "", true // the schedule says which
	}
	if c.Lines != nil {
		def.Lines, def.ByRate = *c.Lines, *c.Lines == 0
	}
	if def.Stages, err = c.stages(); err != nil {
		return def, err
	}
	if c.ScriptFile != "" {
		if def.Script, err = loadScript(c.ScriptFile); err != nil {
			return def, err
		}
	}
	if c.Hours != "" {
		hours, err := compliance.ParseHours(c.Hours)
		if err != nil {
			return def, err
		}
		def.Hours = hours
	}
	for _, d := range c.Dispositions {
		def.Dispositions = append(def.Dispositions, d.disposition())
	}
	return def.Defaults(), nil
}

// recorded is what is recorded of the campaign's calls.
func (c campaignConfig) recorded() campaign.Recorded {
	r := campaign.Recorded{
		Announcement: strings.ToLower(c.Announcement), PauseStages: c.PauseStages, AgentMayStop: c.AgentMayStop,
		Beep: c.RecordBeep.Duration, Keep: c.KeepRecordings.Duration,
	}
	switch {
	case c.Record != "all":
	case c.RecordShare != nil:
		r.Share = *c.RecordShare
	default:
		r.Share = 1
	}
	return r
}

func (d dispositionConfig) disposition() campaign.Disposition {
	return campaign.Disposition{Label: d.Label, Category: d.Category, Code: cmp.Or(d.Code, d.Label), Abandon: d.Abandon}
}

// stages reads the numbers of a campaign's stages, which TOML has as keys.
func (c campaignConfig) stages() (map[int]string, error) {
	if len(c.Stages) == 0 {
		return nil, nil
	}
	stages := make(map[int]string)
	for key, name := range c.Stages {
		n, err := strconv.Atoi(key)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("stage %q: stages are numbered from 1; write stages = {1 = \"Greeting\"}", key)
		}
		stages[n] = name
	}
	return stages, nil
}

// profiles are the destinations of attendant profiles, by their names.
func (c config) profiles() map[string]call.Destination {
	profiles := make(map[string]call.Destination)
	for _, p := range c.Profiles {
		d := call.Destination{Number: p.Number}
		switch {
		case p.Workgroup != "":
			d = call.Destination{Queue: &call.Queue{Type: call.WorkgroupQueue, Name: p.Workgroup}}
		case p.User != "":
			d = call.Destination{Queue: &call.Queue{Type: call.UserQueue, Name: p.User}}
		}
		profiles[strings.ToLower(p.Name)] = d
	}
	return profiles
}

// newCampaignID makes a random GUID in capitals (RFC 9562 section 5.4).
func newCampaignID() campaign.ID {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return campaign.ID(strings.ToUpper(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])))
}
