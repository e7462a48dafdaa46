package main

import (
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/console"
	"github.com/outdial/outdial/internal/telephony"
)

// trunkConfig is one way to the telephone network.
type trunkConfig struct {
	Name           string   `toml:"name"`
	Address        string   `toml:"address"`
	Priority       int      `toml:"priority"`
	User           string   `toml:"user"`
	Password       string   `toml:"password"`
	CallerID       string   `toml:"caller_id"`
	Domain         string   `toml:"domain"`
	Weight         int      `toml:"weight"`
	MaxCalls       int      `toml:"max_calls"`
	CallsPerSecond float64  `toml:"calls_per_second"`
	Codecs         []string `toml:"codecs"`
	InbandDigits   bool     `toml:"inband_digits"`

	Register   bool      `toml:"register"`
	RegisterAs string    `toml:"register_as"`
	Expires    duration  `toml:"expires"`
	Options    *duration `toml:"options"`
	NAT        bool      `toml:"nat"`

	Redirect        string   `toml:"redirect"`
	RedirectHosts   []string `toml:"redirect_hosts"`
	RedirectNumbers bool     `toml:"redirect_numbers"`

	Format        string        `toml:"format"`
	Numbers       []numbersRule `toml:"numbers"`
	TechPrefix    string        `toml:"tech_prefix"`
	CallerFormat  string        `toml:"caller_format"`
	CallerNumbers []numbersRule `toml:"caller_numbers"`
	UserPhone     bool          `toml:"user_phone"`

	Identity          string `toml:"identity"`
	FromUser          string `toml:"from_user"`
	AttestationHeader string `toml:"attestation_header"`
	OriginationHeader string `toml:"origination_header"`

	TLSCA          string `toml:"tls_ca"`
	TLSName        string `toml:"tls_name"`
	TLSCertificate string `toml:"tls_certificate"`
	TLSKey         string `toml:"tls_key"`
	TLSInsecure    bool   `toml:"tls_insecure"`
	SRTP           string `toml:"srtp"`
}

// usualOptions is how often a trunk is asked whether it is there, unless the file says
// otherwise: seldom enough for every carrier, and three missed are known within a
// minute.
const usualOptions = 30 * time.Second

// numbersRule is written {from = "+49", to = "0"}.
type numbersRule struct {
	From string `toml:"from"`
	To   string `toml:"to"`
}

func (c config) trunks() []telephony.Trunk {
	var list []telephony.Trunk
	for _, t := range c.Trunks {
		list = append(list, t.trunk())
	}
	return list
}

func (t trunkConfig) trunk() telephony.Trunk {
	called := format(t.Format, t.Numbers)
	called.Prefix = t.TechPrefix
	options := usualOptions
	if t.Options != nil {
		options = t.Options.Duration
	}
	return telephony.Trunk{
		Name: t.Name, Address: t.Address, Priority: t.Priority, Weight: t.Weight, User: t.User, Password: t.Password,
		CallerID: t.CallerID, Domain: t.Domain, MaxCalls: t.MaxCalls, CallsPerSecond: t.CallsPerSecond, Codecs: t.Codecs, InbandDigits: t.InbandDigits, SRTP: telephony.SRTP(t.SRTP),
		Called: called, Caller: format(t.CallerFormat, t.CallerNumbers), UserPhone: t.UserPhone,
		TLS:          telephony.TLS{CA: t.TLSCA, Name: t.TLSName, Certificate: t.TLSCertificate, Key: t.TLSKey, Insecure: t.TLSInsecure},
		Registration: telephony.Registration{On: t.Register, As: t.RegisterAs, Expires: t.Expires.Duration}, Options: options, NAT: t.NAT,
		Redirect: telephony.Redirect{Follow: t.Redirect == "follow", Hosts: t.RedirectHosts, AnyNumber: t.RedirectNumbers},
		Identity: telephony.Identity{
			Header: telephony.Header(t.Identity), FromUser: t.FromUser, Attestation: t.AttestationHeader, Origination: t.OriginationHeader,
		},
	}
}

// format is a format that has a name, or one of rules.
func format(name string, rules []numbersRule) telephony.Format {
	f := telephony.Formats[name]
	for _, r := range rules {
		f.Rules = append(f.Rules, telephony.Rule(r))
	}
	return f
}

// trunks are the trunks as the console shows them.
func (s *server) trunks() []console.Trunk {
	var list []console.Trunk
	for _, t := range s.phones.Trunks() {
		row := console.Trunk{
			Name: t.Name, Address: t.Address, Priority: t.Priority, Weight: t.Weight, State: string(t.State), Why: t.Why,
			Since: t.Health.Since, AnsweredAt: t.Health.Answered, RoundTrip: t.Health.RoundTrip,
			Calls: t.Calls, MaxCalls: t.MaxCalls, Placed: t.Placed, Answered: t.Answered, Failed: t.Failed, Refused: t.Refused,
			Responses: t.Responses, Trouble: t.Trouble, TriedLastUntil: t.TriedLastUntil, RestsUntil: t.RestsUntil,
		}
		if t.Learned.IsValid() {
			row.Learned = t.Learned.String()
		}
		if t.Binding != nil {
			r := console.Registration(*t.Binding)
			row.Registration = &r
		}
		for _, h := range t.Hops {
			row.Hops = append(row.Hops, console.Hop(h))
		}
		list = append(list, row)
	}
	return list
}

func (j *judge) trunks(list []trunkConfig) map[string]bool {
	names := make(map[string]bool)
	for i, t := range list {
		where := label("trunk", i, t.Name)
		j.unique(where, t.Name, names)
		if t.Address == "" {
			j.bad(where, "it has no address; write it like \"sip:198.51.100.7:5060\"")
		} else if err := (telephony.Trunk{Name: "it", Address: t.Address}).Check(); err != nil {
			j.bad(where, "its address can not be used: %v", err)
		}
		j.trunkTLS(where, t)
		j.srtp(where, t.SRTP, t.Address)
		if t.MaxCalls < 0 || t.CallsPerSecond < 0 {
			j.bad(where, "a limit can not be negative; 0 means none")
		}
		if (t.User == "") != (t.Password == "") {
			j.bad(where, "user and password go together")
		}
		j.codecs(where, t.Codecs)
		j.registration(where, t)
		j.redirect(where, t)
		j.known(where, t)
		j.numbers(where, "format", t.Format, t.Numbers)
		j.numbers(where, "caller_format", t.CallerFormat, t.CallerNumbers)
		for _, err := range []error{t.trunk().Called.Check(), t.trunk().Caller.Check(), t.trunk().Identity.Check()} {
			if err != nil {
				j.bad(where, "%v", err)
			}
		}
	}
	return names
}

// registration judges what keeps a trunk in sight.
func (j *judge) registration(where string, t trunkConfig) {
	if t.Weight < 0 {
		j.bad(where, "weight %d: it is 1 or more", t.Weight)
	}
	if !t.Register && (t.RegisterAs != "" || t.Expires.Duration != 0) {
		j.note(where, "register_as and expires mean nothing without register = true")
	}
	if t.Register && t.User == "" && t.RegisterAs == "" {
		j.bad(where, "register = true wants to know as whom: set user and password, or register_as")
	}
	if strings.ContainsAny(t.RegisterAs, "@: ") {
		j.bad(where, "register_as %q is the part before the @; set domain for the other", t.RegisterAs)
	}
	if e := t.Expires.Duration; e != 0 && e < time.Minute {
		j.bad(where, "expires %s: registrars take a minute or more", e)
	}
	if o := t.Options; o != nil && o.Duration != 0 && o.Duration < 5*time.Second {
		j.bad(where, "options %s asks too often; take 5s or more, or 0s for never", o.Duration)
	}
	if o := t.Options; t.NAT && !t.Register && o != nil && o.Duration == 0 {
		j.note(where, "nat = true learns our address from answers; without register and options the first call has none")
	}
}

// redirect judges where calls may be sent.
func (j *judge) redirect(where string, t trunkConfig) {
	switch t.Redirect {
	case "", "refuse":
		if len(t.RedirectHosts) > 0 || t.RedirectNumbers {
			j.bad(where, "redirect_hosts and redirect_numbers want redirect = \"follow\"")
		}
	case "follow":
		if t.RedirectNumbers {
			j.note(where, "redirect_numbers lets the carrier send calls to numbers that nobody has checked against the do-not-call list")
		}
	default:
		j.bad(where, "redirect %q is not known; there are refuse and follow", t.Redirect)
	}
}

// known judges whether the carrier is told whom it must know.
func (j *judge) known(where string, t trunkConfig) {
	if t.FromUser != "" && (t.Identity == "" || t.Identity == string(telephony.InFrom)) {
		j.note(where, "from_user takes the caller id's place in From, and no other header tells it; set identity to pai, ppi or rpid")
	}
}

// attested notes a claim that no trunk passes on.
func (j *judge) attested(c config) {
	for i, campaign := range c.Campaigns {
		passes := func(t trunkConfig) bool {
			return t.AttestationHeader != "" && (campaign.Trunk == "" || campaign.Trunk == t.Name)
		}
		if campaign.Attestation != "" && !slices.ContainsFunc(c.Trunks, passes) {
			j.note(label("campaign", i, campaign.Name), "no trunk that it takes has an attestation_header, so nobody hears of its attestation")
		}
	}
}

// numbers judges how a trunk wants numbers.
func (j *judge) numbers(where, setting, name string, rules []numbersRule) {
	if _, known := telephony.Formats[name]; name != "" && !known {
		j.bad(where, "%s %q is not known; there are plus and e164, or rules of your own", setting, name)
	}
	if name != "" && len(rules) > 0 {
		j.bad(where, "it has a %s and rules for the same numbers; keep one of them", setting)
	}
}
