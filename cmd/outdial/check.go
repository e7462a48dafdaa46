package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math"
	"net/netip"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/media"
	"github.com/outdial/outdial/internal/telephony"
)

// problem is something wrong with a configuration, in plain words.
type problem struct {
	where string // the setting
	what  string // what is wrong and what to do
	fatal bool   // the server does not start with it
}

func (p problem) String() string {
	kind := "note"
	if p.fatal {
		kind = "error"
	}
	return fmt.Sprintf("%s: %s: %s", kind, p.where, p.what)
}

// problems judges what a configuration means. It opens no socket and no database.
func (c config) problems() []problem {
	j := &judge{}
	j.http(c.HTTP)
	if err := c.icws().Check(); err != nil {
		j.bad("icws", "%v", err)
	}
	if c.Database.Path == "" || c.Database.Path == ":memory:" {
		j.bad("database.path", "it must be a file, like \"outdial.db\"")
	}
	j.network(c)
	j.dialer(c.Dialer)
	trunks := j.trunks(c.Trunks)
	stations := j.stations(c.Stations, trunks)
	workgroups := j.users(c.Users, stations)
	j.campaigns(c.Campaigns, trunks, workgroups)
	j.attested(c)
	j.law(c)
	j.profiles(c.Profiles, workgroups)
	j.recordings(c)
	j.answers(c)
	j.definitions(c.Campaigns)
	for name, limit := range c.Licences {
		if limit < 0 {
			j.bad("licences", "%s: a limit can not be negative; leave the line out for no limit", name)
		}
		if !strings.HasPrefix(name, "I3_") {
			j.note("licences", "no client asks for %s: names of licences begin with I3_", name)
		}
	}
	if len(c.Trunks) == 0 {
		j.note("trunk", "there is none: only sip: addresses can be called; add a [[trunk]] with the address of your carrier")
	}
	return j.found
}

// hostName is a name with a domain (RFC 1123 section 2.1) that is no mistyped IP
// address.
var hostName = regexp.MustCompile(`^([A-Za-z0-9-]+\.)+[A-Za-z][A-Za-z0-9-]*\.?$`)

// judge gathers problems.
type judge struct{ found []problem }

func (j *judge) bad(where, format string, args ...any) {
	j.found = append(j.found, problem{where, fmt.Sprintf(format, args...), true})
}

func (j *judge) note(where, format string, args ...any) {
	j.found = append(j.found, problem{where, fmt.Sprintf(format, args...), false})
}

func (j *judge) http(h httpConfig) {
	if a, err := address(h.Listen); err != nil {
		j.bad("http.listen", "%v", err)
	} else if !a.Addr().IsLoopback() && h.TLSListen == "" && !h.BehindTLS {
		j.note("http.listen", "passwords cross the network in clear text; set http.tls_listen with certificate and key, or put a TLS proxy in front")
	}
	for _, p := range h.Proxies {
		if _, err := proxyRange(p); err != nil {
			j.bad("http.proxies", "%v", err)
		}
	}
	if h.TLSListen == "" {
		return
	}
	if _, err := address(h.TLSListen); err != nil {
		j.bad("http.tls_listen", "%v", err)
	}
	j.pair("http.certificate", h.Certificate, "http.key", h.Key)
}

// legsWithin is how many legs, of two files each, fit in a limit of open files beside
// a thousand for desktops, trunks, recordings and the database; 0 is no known limit.
func legsWithin(files uint64) int {
	const others = 1000
	if files == 0 {
		return math.MaxInt
	}
	return int(min((max(files, others)-others)/2, math.MaxInt32))
}

func (j *judge) network(c config) {
	if _, err := address(c.SIP.Listen); err != nil {
		j.bad("sip.listen", "%v", err)
	}
	j.secured(c.SIP)
	for where, host := range map[string]string{"sip.advertise": c.SIP.Advertise, "media.advertise": c.Media.Advertise} {
		if _, err := netip.ParseAddr(host); host != "" && err != nil && !hostName.MatchString(host) {
			j.bad(where, "%q is neither an IP address nor a host name, like \"sip.example.com\"", host)
		}
	}
	if e := c.SIP.SessionExpires.Duration; e != 0 && e < 90*time.Second {
		j.bad("sip.session_expires", "%s is below the 90s that RFC 4028 allows", e)
	}
	if q := c.SIP.Quiet.Duration; q > 0 && q < 500*time.Millisecond {
		j.bad("sip.quiet", "%s is too short, as phones that live pause as well; take 500ms or more", q)
	}
	if !slices.Contains([]string{"", "refuse", "agents"}, c.SIP.Refer) {
		j.bad("sip.refer", "%q is neither \"refuse\" nor \"agents\"", c.SIP.Refer)
	}
	if _, err := c.mediaAddress(); err != nil && c.Media.Address != "" {
		j.bad("media.address", "%v", err)
	}
	if first, last, err := portRange(c.Media.Ports); err != nil {
		j.bad("media.ports", "%v", err)
	} else if n := int(last-first+1) / 2; n < 20 {
		j.note("media.ports", "room for %d legs only; each call needs two", n)
	} else if files := openFiles(); legsWithin(files) < n {
		j.note("media.ports", "room for %d legs, but the system lets this program open %d files, enough for %d legs of two each; raise its limit (LimitNOFILE in a systemd unit)", n, files, legsWithin(files))
	}
	j.prompt("media.welcome", c.Media.Welcome)
	j.prompt("media.hold_music", c.Media.HoldMusic)
	j.prompt("media.please_wait", c.Media.PleaseWait)
	j.prompt("media.ask_key", c.Media.AskKey)
	j.prompt("media.ask_word", c.Media.AskWord)
	prompts, err := c.Media.prompts()
	if err != nil {
		j.bad("media.prompts", "%v", err)
	}
	for _, file := range prompts {
		j.prompt("media.prompts", file)
	}
	j.idle("media.idle", c.Media.Idle)
	j.kernel(c.Media.Kernel)
	if !media.Country(c.Media.Tones).Known() {
		j.bad("media.tones", "the tones of %q are not known; there are \"us\", \"eu\" and \"uk\"", c.Media.Tones)
	}
	if f := c.Media.Recordings; f != "" {
		if info, err := os.Stat(f); err == nil && !info.IsDir() {
			j.bad("media.recordings", "%s is a file; name a folder", f)
		}
	}
}

func (j *judge) prompt(where, file string) {
	if file == "" {
		return
	}
	f, err := os.Open(file)
	if err != nil {
		j.bad(where, "%v", err)
		return
	}
	defer f.Close()
	if _, err := media.LoadWAV(f); err != nil {
		j.bad(where, "%s: %v", file, err)
	}
}

// readable tells whether a file that TLS needs can be read.
func (j *judge) readable(where, file string) bool {
	if file == "" {
		j.bad(where, "TLS needs a file in PEM form")
		return false
	}
	f, err := os.Open(file)
	if err != nil {
		j.bad(where, "%v", err)
		return false
	}
	f.Close()
	return true
}

// unique notes a name that is missing or taken, and remembers it.
func (j *judge) unique(where, name string, taken map[string]bool) {
	key := strings.ToLower(name)
	switch {
	case name == "":
		j.bad(where, "it has no name")
	case taken[key]:
		j.bad(where, "the name is used twice")
	}
	taken[key] = true
}

func (j *judge) stations(list []stationConfig, trunks map[string]bool) map[string]bool {
	names := make(map[string]bool)
	for i, s := range list {
		where := label("station", i, s.Name)
		j.unique(where, s.Name, names)
		if s.Kind != "workstation" && s.Kind != "remote" {
			j.bad(where, "kind %q is not known; a phone with a SIP address is \"workstation\", a number elsewhere is \"remote\"", s.Kind)
		}
		if s.Address == "" {
			j.bad(where, "it has no address: a sip: address or a number")
		}
		if s.Persistent && s.Kind == "workstation" {
			j.bad(where, "only a remote station can be persistent")
		}
		j.verification(where, s.Verify)
		j.trunk(where, s.Trunk, trunks)
		j.codecs(where, s.Codecs)
		j.idle(where, s.Idle)
		if (len(s.Codecs) > 0 || s.InbandDigits) && !s.direct() {
			j.bad(where, "codecs and inband_digits are those of the trunk that calls its number; only a sip: address has codecs of its own")
		}
		if s.SRTP != "" && !s.direct() {
			j.bad(where, "its srtp is that of the trunk that calls its number; only a sip: address has one of its own")
		} else {
			j.srtp(where, s.SRTP, s.Address)
		}
	}
	return names
}

func (j *judge) codecs(where string, names []string) {
	if err := telephony.CheckCodecs(names); err != nil {
		j.bad(where, "%v", err)
	}
}

func (j *judge) idle(where, name string) {
	if _, err := media.IdleNamed(name); err != nil {
		j.bad(where, "idle %v", err)
	}
}

func (j *judge) trunk(where, name string, trunks map[string]bool) {
	if name != "" && !trunks[strings.ToLower(name)] {
		j.bad(where, "there is no trunk %q", name)
	}
}

func (j *judge) users(list []userConfig, stations map[string]bool) map[string]bool {
	ids, workgroups := make(map[string]bool), make(map[string]bool)
	for i, u := range list {
		where := label("user", i, u.ID)
		j.unique(where, u.ID, ids)
		if u.Password != "" && len(u.Password) < 8 {
			j.note(where, "the password is shorter than 8 characters")
		}
		if u.DefaultStation != "" && !stations[strings.ToLower(u.DefaultStation)] {
			j.bad(where, "there is no station %q", u.DefaultStation)
		}
		for _, w := range u.Workgroups {
			workgroups[strings.ToLower(w)] = true
		}
	}
	return workgroups
}

func (j *judge) campaigns(list []campaignConfig, trunks, workgroups map[string]bool) {
	names := make(map[string]bool)
	for i, c := range list {
		where := label("campaign", i, c.Name)
		j.unique(where, c.Name, names)
		j.selected(where, c)
		if c.Mode != "" && !slices.Contains(campaign.Modes, campaign.Mode(c.Mode)) {
			j.bad(where, "mode %q is not offered; there are %s", c.Mode, campaign.Words(campaign.Modes))
		}
		if c.State == "auto" && len(c.Schedule) == 0 {
			j.bad(where, "state \"auto\" needs a schedule")
		} else if c.State != "" && c.State != "auto" && !slices.Contains(campaign.States, campaign.State(c.State)) {
			j.bad(where, "state %q is not known; there are %s", c.State, campaign.Words(campaign.States))
		}
		if c.Workgroup == "" {
			j.bad(where, "it has no workgroup, so no agent could work for it")
		} else if !workgroups[strings.ToLower(c.Workgroup)] {
			j.note(where, "no user of this file is in workgroup %q", c.Workgroup)
		}
		j.trunk(where, c.Trunk, trunks)
		j.calling(where, c)
		j.paced(where, c.pacedConfig)
		j.dispositions(where, c.Dispositions)
		j.script(where, c)
	}
}

// definitions holds campaigns in which nothing is wrong so far against what the server
// asks of them at its start.
func (j *judge) definitions(list []campaignConfig) {
	for i, c := range list {
		where := label("campaign", i, c.Name)
		if slices.ContainsFunc(j.found, func(p problem) bool { return p.fatal && p.where == where }) {
			continue
		}
		def, err := c.campaign()
		if def.ID = "NEW"; err == nil {
			err = def.Defaults().Check()
		}
		if err != nil {
			j.bad(where, "%s", why(err, c.Name))
		}
	}
}

// profiles judges the attendant profiles.
func (j *judge) profiles(list []profileConfig, workgroups map[string]bool) {
	names := make(map[string]bool)
	for i, p := range list {
		where := label("profile", i, p.Name)
		j.unique(where, p.Name, names)
		given := 0
		for _, to := range []string{p.Number, p.Workgroup, p.User} {
			if to != "" {
				given++
			}
		}
		if given != 1 {
			j.bad(where, "say where calls are sent: one of number, workgroup and user")
		}
		if p.Workgroup != "" && !workgroups[strings.ToLower(p.Workgroup)] {
			j.note(where, "no user of this file is in workgroup %q", p.Workgroup)
		}
	}
}

// script judges what desktops show.
func (j *judge) script(where string, c campaignConfig) {
	if _, err := c.stages(); err != nil {
		j.bad(where, "%v", err)
	}
	if c.ScriptFile == "" {
		return
	}
	if c.ScriptURL != "" {
		j.bad(where, "it has a script and a script_url; choose one")
	}
	script, err := loadScript(c.ScriptFile)
	if err != nil {
		j.bad(where, "%v", err)
		return
	}
	for _, p := range script.Pages {
		if _, known := c.Stages[strconv.Itoa(p.Stage)]; p.Stage != 0 && len(c.Stages) > 0 && !known {
			j.bad(where, "script page %q: the campaign has no stage %d", p.Name, p.Stage)
		}
		for _, d := range p.Dispositions {
			if _, known := campaign.CategoryNamed(d.Category); !known {
				j.bad(where, "script page %q, disposition %q: category %q is not known", p.Name, d.Label, d.Category)
			}
			if !slices.ContainsFunc(c.Dispositions, func(have dispositionConfig) bool { return strings.EqualFold(have.Label, d.Label) }) {
				j.bad(where, "script page %q: the campaign has no disposition %q", p.Name, d.Label)
			}
		}
	}
}

// calling judges what the law looks at.
func (j *judge) calling(where string, c campaignConfig) {
	if r := c.Ring.Duration; r != 0 && r < 15*time.Second {
		j.note(where, "ring %s: many rules ask for at least 15s before giving up", r)
	}
	if lines := c.Lines; lines != nil && *lines != 0 && !(*lines >= 1) {
		j.bad(where, "lines_per_agent %g: it is 1 or more, or 0 for as many as the answer rate asks", *lines)
	} else if lines != nil && *lines > 1 {
		j.note(where, "lines_per_agent %g can abandon calls; only 1 never does by itself", *lines)
	}
	if c.MaxAttempts < 0 {
		j.bad(where, "max_attempts %d: it is 1 or more, or left out", c.MaxAttempts)
	}
	if !slices.Contains(campaign.Attestations, c.Attestation) {
		j.bad(where, "attestation %q is not known; there are A, B and C", c.Attestation)
	}
	if c.Withheld {
		j.note(where, "withhold_caller_id: many rules forbid it for sales calls, and many phones refuse calls without a number")
	}
	if c.CallerID == "" {
		j.note(where, "it shows no number of its own; set caller_id to one that you may show")
	}
	j.window(where, c)
}

// window judges hours and zone.
func (j *judge) window(where string, c campaignConfig) {
	hours := compliance.Default
	if c.Hours != "" {
		h, err := compliance.ParseHours(c.Hours)
		if err != nil {
			j.bad(where, "%v", err)
		} else {
			hours = h
		}
	}
	if c.Zone != "" {
		if place := compliance.ParsePlace(c.Zone, "", time.LoadLocation); len(place.Zones) == 0 {
			j.bad(where, "zone %q is not known; write it like \"America/New_York\", or several joined by &", c.Zone)
		}
	} else if !hours.Always {
		j.note(where, "it has no zone: contacts without a time zone of their own are not dialed in hours %s", hours)
	}
}

func (j *judge) dispositions(where string, list []dispositionConfig) {
	taken := make(map[string]bool)
	for _, d := range list {
		j.unique(where+", disposition "+d.Label, d.Label, taken)
		if _, ok := campaign.CategoryNamed(d.Category); !ok {
			var names []string
			for _, c := range campaign.Categories {
				names = append(names, c.Name)
			}
			j.bad(where, "disposition %q: category %q is not known; there are: %s", d.Label, d.Category, strings.Join(names, ", "))
		}
	}
}

// label names an entry of a list for a message.
func label(kind string, i int, name string) string {
	if name == "" {
		return fmt.Sprintf("%s number %d", kind, i+1)
	}
	return kind + " " + name
}

// check is `outdial check`: it tells what is wrong with a configuration.
func check(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("outdial check", flag.ContinueOnError)
	flags.SetOutput(stderr)
	path := flags.String("config", usualConfig, "the configuration `file`")
	if err := flags.Parse(args); err != nil {
		return usage(err)
	}
	if err := flagsOnly(flags); err != nil {
		return err
	}
	cfg, err := loadConfig(*path)
	if err != nil {
		return err
	}
	errors := 0
	found := &judge{cfg.problems()}
	found.tryKernel(cfg)
	found.tellChanged(ctx, cfg)
	for _, p := range found.found {
		fmt.Fprintln(stdout, p)
		if p.fatal {
			errors++
		}
	}
	if errors > 0 {
		return fmt.Errorf("%s has %d error(s); the server does not start with it", *path, errors)
	}
	fmt.Fprintf(stdout, "%s is in order: %d trunk(s), %d user(s), %d station(s), %d campaign(s)\n",
		*path, len(cfg.Trunks), len(cfg.Users), len(cfg.Stations), len(cfg.Campaigns))
	return nil
}
