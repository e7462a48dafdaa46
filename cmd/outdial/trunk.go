package main

import (
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
	MaxCalls       int      `toml:"max_calls"`
	CallsPerSecond float64  `toml:"calls_per_second"`
	Codecs         []string `toml:"codecs"`

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
}

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
	return telephony.Trunk{
		Name: t.Name, Address: t.Address, Priority: t.Priority, User: t.User, Password: t.Password,
		CallerID: t.CallerID, Domain: t.Domain, MaxCalls: t.MaxCalls, CallsPerSecond: t.CallsPerSecond, Codecs: t.Codecs,
		Called: called, Caller: format(t.CallerFormat, t.CallerNumbers), UserPhone: t.UserPhone,
		TLS: telephony.TLS{CA: t.TLSCA, Name: t.TLSName, Certificate: t.TLSCertificate, Key: t.TLSKey, Insecure: t.TLSInsecure},
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
		if t.MaxCalls < 0 || t.CallsPerSecond < 0 {
			j.bad(where, "a limit can not be negative; 0 means none")
		}
		if (t.User == "") != (t.Password == "") {
			j.bad(where, "user and password go together")
		}
		j.codecs(where, t.Codecs)
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

// numbers judges how a trunk wants numbers.
func (j *judge) numbers(where, setting, name string, rules []numbersRule) {
	if _, known := telephony.Formats[name]; name != "" && !known {
		j.bad(where, "%s %q is not known; there are plus and e164, or rules of your own", setting, name)
	}
	if name != "" && len(rules) > 0 {
		j.bad(where, "it has a %s and rules for the same numbers; keep one of them", setting)
	}
}
