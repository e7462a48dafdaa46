package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// config is the configuration file, environment and defaults applied. It is
// immutable after start. docs/configuration.md explains each key.
type config struct {
	HTTP      httpConfig       `toml:"http"`
	Database  databaseConfig   `toml:"database"`
	SIP       sipConfig        `toml:"sip"`
	Media     mediaConfig      `toml:"media"`
	ICWS      icwsConfig       `toml:"icws"`
	Licences  map[string]int   `toml:"licences"`
	Dialer    dialerConfig     `toml:"dialer"`
	Rules     rulesConfig      `toml:"rules"`
	Trunks    []trunkConfig    `toml:"trunk"`
	Users     []userConfig     `toml:"user"`
	Stations  []stationConfig  `toml:"station"`
	Campaigns []campaignConfig `toml:"campaign"`
	Profiles  []profileConfig  `toml:"profile"`
}

type httpConfig struct {
	Listen      string   `toml:"listen"`
	TLSListen   string   `toml:"tls_listen"`
	Certificate string   `toml:"certificate"`
	Key         string   `toml:"key"`
	Origins     []string `toml:"allowed_origins"`
	Proxies     []string `toml:"proxies"`
	BehindTLS   bool     `toml:"behind_tls"`
}

type databaseConfig struct {
	Path string `toml:"path"`
}

type sipConfig struct {
	Listen         string   `toml:"listen"`
	TLSListen      string   `toml:"tls_listen"`
	Certificate    string   `toml:"certificate"`
	Key            string   `toml:"key"`
	TLSCA          string   `toml:"tls_ca"`
	Advertise      string   `toml:"advertise"`
	SessionExpires duration `toml:"session_expires"`
	Quiet          duration `toml:"quiet"`
	Refer          string   `toml:"refer"`
}

type mediaConfig struct {
	Address   string `toml:"address"`
	Advertise string `toml:"advertise"`
	Ports     string `toml:"ports"`
	Welcome   string `toml:"welcome"`
	HoldMusic string `toml:"hold_music"`
	// What a customer hears whose agent is called again, and an agent who is to show
	// that he is there.
	PleaseWait string `toml:"please_wait"`
	AskKey     string `toml:"ask_key"`
	AskWord    string `toml:"ask_word"`
	// Prompts and Recordings are folders.
	Prompts    string `toml:"prompts"`
	Recordings string `toml:"recordings"`
	Tones      string `toml:"tones"`
	// Idle is what agents' phones are sent while nobody speaks to them.
	Idle string `toml:"idle"`
	// Kernel says whether the kernel may carry calls that have settled.
	Kernel string `toml:"kernel"`
	// Ring reads and sends with io_uring where the system has it.
	Ring bool `toml:"io_uring"`
	// Keep is how long recordings are kept, and Free what must be free for one to begin.
	Keep duration `toml:"keep_recordings"`
	Free size     `toml:"keep_free"`
}

type icwsConfig struct {
	ServerName     string   `toml:"server_name"`
	Prefix         string   `toml:"prefix"`
	SessionIdle    duration `toml:"session_idle"`
	PingEvery      duration `toml:"ping_every"`
	PasswordAge    duration `toml:"password_age"`
	Standby        bool     `toml:"standby"`
	BackupHost     string   `toml:"backup_host"`
	AlternateHosts []string `toml:"alternate_hosts"`
	Removed        []string `toml:"removed"`
	DialerOff      bool     `toml:"dialer_off"`
}

type userConfig struct {
	ID             string   `toml:"id"`
	Name           string   `toml:"name"`
	Password       string   `toml:"password"`
	Admin          bool     `toml:"admin"`
	Supervisor     bool     `toml:"supervisor"`
	LogonCampaign  bool     `toml:"logon_campaign"`
	TypedNumbers   *bool    `toml:"typed_numbers"`
	Persistent     *bool    `toml:"persistent"`
	OutsideCalls   *bool    `toml:"outside_calls"`
	Workgroups     []string `toml:"workgroups"`
	Skills         []string `toml:"skills"`
	Extension      string   `toml:"extension"`
	DefaultStation string   `toml:"default_station"`
}

type stationConfig struct {
	Name         string   `toml:"name"`
	Kind         string   `toml:"kind"`
	Address      string   `toml:"address"`
	Trunk        string   `toml:"trunk"`
	Persistent   bool     `toml:"persistent"`
	Codecs       []string `toml:"codecs"`
	InbandDigits bool     `toml:"inband_digits"`
	Idle         string   `toml:"idle"`
	SRTP         string   `toml:"srtp"`
	Verify       string   `toml:"verify"`
}

type campaignConfig struct {
	Name string `toml:"name"`
	List string `toml:"list"`
	selectedConfig
	Mode           string              `toml:"mode"`
	Workgroup      string              `toml:"workgroup"`
	State          string              `toml:"state"`
	CallerID       string              `toml:"caller_id"`
	CallerName     string              `toml:"caller_name"`
	Withheld       bool                `toml:"withhold_caller_id"`
	Attestation    string              `toml:"attestation"`
	Trunk          string              `toml:"trunk"`
	Ring           duration            `toml:"ring"`
	Hours          string              `toml:"hours"`
	Zone           string              `toml:"zone"`
	Lines          *float64            `toml:"lines_per_agent"`
	Wait           duration            `toml:"abandon_after"`
	PreviewTime    duration            `toml:"preview_time"`
	AllowSkip      *bool               `toml:"allow_skip"`
	AutoDisconnect bool                `toml:"auto_disconnect"`
	OnCallStatus   string              `toml:"on_call_status"`
	FollowUpStatus string              `toml:"follow_up_status"`
	MaxAttempts    int                 `toml:"max_attempts"`
	RetryBusy      duration            `toml:"retry_busy"`
	RetryNoAnswer  duration            `toml:"retry_no_answer"`
	RetryMachine   duration            `toml:"retry_machine"`
	RetryOther     duration            `toml:"retry_other"`
	PhoneColumns   []string            `toml:"phone_columns"`
	AllowOwned     bool                `toml:"allow_owned_callbacks"`
	AllowAgain     bool                `toml:"allow_additional_calls"`
	ScriptFile     string              `toml:"script"`
	ScriptURL      string              `toml:"script_url"`
	Group          string              `toml:"group"`
	Stages         map[string]string   `toml:"stages"`
	HoldMusic      string              `toml:"hold_music"`
	Record         string              `toml:"record"`
	RecordShare    *float64            `toml:"record_share"`
	Announcement   string              `toml:"record_announcement"`
	PauseStages    []int               `toml:"record_pause_stages"`
	AgentMayStop   bool                `toml:"record_agent_may_stop"`
	RecordBeep     duration            `toml:"record_beep"`
	KeepRecordings duration            `toml:"keep_recordings"`
	Dispositions   []dispositionConfig `toml:"disposition"`
	answersConfig
	lawConfig
	pacedConfig
}

// profileConfig is an attendant profile: a name for where calls can be sent.
type profileConfig struct {
	Name      string `toml:"name"`
	Number    string `toml:"number"`
	Workgroup string `toml:"workgroup"`
	User      string `toml:"user"`
}

type dispositionConfig struct {
	Label    string `toml:"label"`
	Category string `toml:"category"`
	Code     string `toml:"code"`
	Abandon  bool   `toml:"abandon"`
}

// duration is written as "90s", "2m30s" or "90d". It is no number, for a bare 30 in
// the file would be read as nanoseconds.
type duration struct{ time.Duration }

// UnmarshalText reads Go's notation of durations, and days before it.
func (d *duration) UnmarshalText(text []byte) error {
	const day, mostDays = 24 * time.Hour, 36500
	days, rest, some := strings.Cut(string(text), "d")
	if !some {
		days, rest = "0", days
	}
	n, err := strconv.ParseUint(days, 10, 32)
	var v time.Duration
	if err == nil && (rest != "" || !some) {
		v, err = time.ParseDuration(rest)
	}
	if err != nil || v < 0 || n > mostDays {
		return fmt.Errorf("%q is not a length of time; write it like \"25s\", \"2m\" or \"90d\"", text)
	}
	d.Duration = time.Duration(n)*day + v
	return nil
}

// size is a number of bytes, written as "500MiB" or "2GiB".
type size struct{ bytes int64 }

// UnmarshalText reads a whole number with its unit.
func (s *size) UnmarshalText(text []byte) error {
	for unit, shift := range map[string]int{"MiB": 20, "GiB": 30, "TiB": 40} {
		if digits, ok := strings.CutSuffix(string(text), unit); ok {
			if n, err := strconv.ParseUint(digits, 10, 20); err == nil {
				s.bytes = int64(n) << shift
				return nil
			}
		}
	}
	return fmt.Errorf("%q is not a size; write it like \"500MiB\" or \"2GiB\"", text)
}

// defaultConfig is what an empty file means.
func defaultConfig() config {
	return config{
		HTTP:     httpConfig{Listen: "127.0.0.1:8018"},
		Database: databaseConfig{Path: "outdial.db"},
		SIP:      sipConfig{Listen: "127.0.0.1:5060"},
		Media:    mediaConfig{Ports: "16384-32767", Ring: true, Free: size{1 << 30}},
		Dialer:   dialerConfig{Reestablish: duration{5 * time.Second}, Attempts: 5},
	}
}

// loadConfig reads a file; relative paths in it are relative to the file.
func loadConfig(path string) (config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return config{}, fmt.Errorf("the configuration can not be read: %w", err)
	}
	cfg, err := parseConfig(text)
	if err != nil {
		return config{}, fmt.Errorf("%s: %w", path, err)
	}
	dir := filepath.Dir(path)
	files := []*string{
		&cfg.Database.Path, &cfg.HTTP.Certificate, &cfg.HTTP.Key, &cfg.SIP.Certificate, &cfg.SIP.Key, &cfg.SIP.TLSCA,
		&cfg.Media.Welcome, &cfg.Media.HoldMusic, &cfg.Media.PleaseWait, &cfg.Media.AskKey, &cfg.Media.AskWord, &cfg.Media.Prompts, &cfg.Media.Recordings,
		&cfg.Rules.File,
	}
	for i := range cfg.Campaigns {
		files = append(files, &cfg.Campaigns[i].ScriptFile)
	}
	for i := range cfg.Trunks {
		t := &cfg.Trunks[i]
		files = append(files, &t.TLSCA, &t.TLSCertificate, &t.TLSKey)
	}
	for _, p := range files {
		if *p != "" && *p != ":memory:" && !filepath.IsAbs(*p) {
			*p = filepath.Join(dir, *p)
		}
	}
	return cfg, nil
}

// parseConfig reads the text of a configuration, fills in defaults and what the
// environment says. What it means is judged by [config.problems].
func parseConfig(text []byte) (config, error) {
	cfg := defaultConfig()
	text = bytes.TrimPrefix(text, []byte("\ufeff")) // some editors begin a file with it
	decoder := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := decoder.Decode(&cfg); err != nil {
		return config{}, explain(err)
	}
	if err := cfg.environment(os.LookupEnv); err != nil {
		return config{}, err
	}
	return cfg, nil
}

// explain puts a decoder's complaint into a sentence with line and column.
func explain(err error) error {
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		var lines []string
		for _, e := range unknown.Errors {
			row, col := e.Position()
			lines = append(lines, fmt.Sprintf("line %d, column %d: there is no setting %q", row, col, strings.Join(e.Key(), ".")))
		}
		return errors.New(strings.Join(lines, "; "))
	}
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		row, col := decode.Position()
		said := strings.TrimPrefix(decode.Error(), "toml: ")
		if m := mismatch.FindStringSubmatch(said); m != nil {
			said = strings.Join(decode.Key(), ".") + " must be " + cmp.Or(wanted[m[1]], "of another type")
		}
		return fmt.Errorf("line %d, column %d: %s", row, col, said)
	}
	return err
}

// mismatch is the decoder's complaint about a value of the wrong type, which ends
// with the type in Go's words; wanted has them in the file's.
var (
	mismatch = regexp.MustCompile(`^cannot decode TOML .+ of type \*?(\S+)$`)
	wanted   = map[string]string{
		"string": `text in quotes, like "this"`, "[]string": `a list, like ["this", "that"]`,
		"int": "a whole number", "float64": "a number", "bool": "true or false",
	}
)

// secret is a value taken from the environment: "${NAME}".
var secret = regexp.MustCompile(`^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$`)

// environment lets variables stand for addresses, the database and passwords.
func (c *config) environment(lookup func(string) (string, bool)) error {
	for name, field := range map[string]*string{
		"OUTDIAL_HTTP_LISTEN": &c.HTTP.Listen,
		"OUTDIAL_SIP_LISTEN":  &c.SIP.Listen,
		"OUTDIAL_DATABASE":    &c.Database.Path,
	} {
		if v, ok := lookup(name); ok {
			*field = v
		}
	}
	var missing []string
	resolve := func(field *string, whose string) {
		if m := secret.FindStringSubmatch(*field); m != nil {
			// An empty one is as good as none: a user would silently keep the
			// password that the database has.
			if *field, _ = lookup(m[1]); *field == "" {
				missing = append(missing, fmt.Sprintf("%s (password of %s)", m[1], whose))
			}
		}
	}
	for i := range c.Trunks {
		resolve(&c.Trunks[i].Password, "trunk "+c.Trunks[i].Name)
	}
	for i := range c.Users {
		resolve(&c.Users[i].Password, "user "+c.Users[i].ID)
	}
	if len(missing) > 0 {
		return fmt.Errorf("the environment has no %s; export them before the start", strings.Join(missing, ", no "))
	}
	return nil
}

// portRange reads "16384-32767".
func portRange(s string) (first, last uint16, err error) {
	a, b, ok := strings.Cut(s, "-")
	lo, err1 := strconv.ParseUint(a, 10, 16)
	hi, err2 := strconv.ParseUint(b, 10, 16)
	if !ok || err1 != nil || err2 != nil || lo == 0 || hi < lo+1 {
		return 0, 0, fmt.Errorf("%q is not a range of ports; write it like \"16384-32767\"", s)
	}
	return uint16(lo), uint16(hi), nil
}

// address reads "host:port" with an IP address as host.
func address(s string) (netip.AddrPort, error) {
	a, err := netip.ParseAddrPort(s)
	if err != nil {
		return a, fmt.Errorf("%q is not an IP address with a port; write it like \"192.0.2.10:5060\", or \"0.0.0.0:5060\" for all that this machine has", s)
	}
	return a, nil
}

// mediaAddress is where RTP sockets are bound: as configured, else where SIP is.
func (c config) mediaAddress() (netip.Addr, error) {
	if c.Media.Address != "" {
		a, err := netip.ParseAddr(c.Media.Address)
		if err != nil {
			return a, fmt.Errorf("%q is not an IP address", c.Media.Address)
		}
		return a, nil
	}
	a, err := address(c.SIP.Listen)
	return a.Addr(), err
}
