package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAnEmptyConfigurationIsUsable(t *testing.T) {
	cfg, err := parseConfig(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range cfg.problems() {
		if p.fatal {
			t.Error(p)
		}
	}
	if cfg.HTTP.Listen != "127.0.0.1:8018" || cfg.Database.Path != "outdial.db" {
		t.Errorf("got %+v", cfg)
	}
}

func TestTheExampleIsInOrder(t *testing.T) {
	for _, name := range []string{"TRUNK_PASSWORD", "ADMIN_PASSWORD", "ANNA_PASSWORD"} {
		t.Setenv(name, "long-enough")
	}
	cfg, err := parseConfig([]byte(exampleConfig))
	if err != nil {
		t.Fatal(err)
	}
	if found := cfg.problems(); len(found) > 0 {
		t.Error(found)
	}
	if cfg.Users[1].Password != "long-enough" || cfg.Campaigns[0].Ring.Duration != 25*time.Second {
		t.Errorf("got %+v", cfg)
	}
}

// TestMistakesAreTold: what is wrong, and a piece of what must be said of it.
func TestMistakesAreTold(t *testing.T) {
	t.Setenv("SET_TO_NOTHING", "")
	const trunk = "[[trunk]]\nname = \"a\"\naddress = \"sip:h\"\n"
	const campaign = "[[campaign]]\nname = \"A\"\nlist = \"a\"\nworkgroup = \"w\"\n"
	for _, c := range []struct{ name, text, want string }{
		{"unknown setting", "[htp]\nlisten = \"x\"", "line 1, column 2: there is no setting \"htp\""},
		{"no TOML", "[http", "line 1"},
		{"text for a number", "[[trunk]]\nmax_calls = \"many\"", "line 2, column 13: trunk.max_calls must be a whole number"},
		{"text for a rate", "[[trunk]]\ncalls_per_second = \"5\"", "trunk.calls_per_second must be a number"},
		{"number for text", "[http]\nlisten = 8018", "http.listen must be text in quotes"},
		{"text for a switch", "[dialer]\nzip_tone = \"no\"", "dialer.zip_tone must be true or false"},
		{"text for a list", "[[user]]\nworkgroups = \"Sales\"", "user.workgroups must be a list"},
		{"byte order mark", "\ufeff[htp]", "there is no setting \"htp\""},
		{"length of time", campaign + "ring = \"25\"", "\"25\" is not a length of time"},
		{"length of time without a unit", campaign + "ring = 25", "\"25\" is not a length of time"},
		{"missing secret", "[[user]]\nid = \"a\"\npassword = \"${NOT_SET_ANYWHERE}\"", "the environment has no NOT_SET_ANYWHERE (password of user a)"},
		{"empty secret", "[[trunk]]\nname = \"t\"\npassword = \"${SET_TO_NOTHING}\"\n[[user]]\nid = \"a\"\npassword = \"${NOT_SET_ANYWHERE}\"",
			"no SET_TO_NOTHING (password of trunk t), no NOT_SET_ANYWHERE"},
		{"http address", "[http]\nlisten = \"8018\"", "http.listen"},
		{"clear text", "[http]\nlisten = \"0.0.0.0:8018\"", "passwords cross the network in clear text"},
		{"proxy", "[http]\nproxies = [\"proxy.example.com\"]", "http.proxies: \"proxy.example.com\" is neither an IP address nor a network"},
		{"tls without files", "[http]\ntls_listen = \"0.0.0.0:8019\"", "http.key: TLS needs a file"},
		{"sip address", "[sip]\nlisten = \"example.com:5060\"", "sip.listen"},
		{"advertise", "[sip]\nadvertise = \"me\"", "sip.advertise"},
		{"quiet", "[sip]\nquiet = \"100ms\"", "500ms or more"},
		{"session timer", "[sip]\nsession_expires = \"10s\"", "RFC 4028"},
		{"media address", "[media]\naddress = \"here\"", "media.address"},
		{"ports", "[media]\nports = \"9000\"", "not a range of ports"},
		{"few ports", "[media]\nports = \"9000-9009\"", "room for 5 legs"},
		{"no such prompt", "[media]\nwelcome = \"nowhere.wav\"", "media.welcome"},
		{"trunk without address", "[[trunk]]\nname = \"a\"", "trunk a: it has no address"},
		{"trunk's CA not there", "[[trunk]]\nname = \"a\"\naddress = \"sips:h\"\ntls_ca = \"nowhere.pem\"", "trunk a, tls_ca: open nowhere.pem"},
		{"trunk's CA is none", "[[trunk]]\nname = \"a\"\naddress = \"sips:h\"\ntls_ca = \"config_test.go\"", "holds no certificate"},
		{"half a certificate", "[[trunk]]\nname = \"a\"\naddress = \"sips:h\"\ntls_certificate = \"config_test.go\"", "trunk a, tls_key: TLS needs a file"},
		{"anyone", "[[trunk]]\nname = \"a\"\naddress = \"sips:h\"\ntls_insecure = true", "ANYONE in the way"},
		{"tls without TLS", "[[trunk]]\nname = \"a\"\naddress = \"sip:h\"\ntls_name = \"b\"", "add ;transport=tls"},
		{"idle", "[media]\nidle = \"music\"", "idle \"music\" is nothing that an idle phone is sent"},
		{"idle station", "[[station]]\nname = \"s\"\nkind = \"remote\"\naddress = \"3175550100\"\nidle = \"off\"", "station s: idle \"off\" is nothing"},
		{"srtp", "[[trunk]]\nname = \"a\"\naddress = \"sips:h\"\nsrtp = \"on\"", "srtp \"on\" is not known"},
		{"keys in clear", "[[trunk]]\nname = \"a\"\naddress = \"sip:h\"\nsrtp = \"required\"", "the keys cross the network in clear"},
		{"srtp of a phone", "[[station]]\nname = \"s\"\nkind = \"workstation\"\naddress = \"sip:a@h\"\nsrtp = \"optional\"", "the keys cross the network in clear"},
		{"srtp of a number", "[[station]]\nname = \"s\"\nkind = \"remote\"\naddress = \"3175550100\"\nsrtp = \"optional\"", "only a sip: address has one"},
		{"sip tls without files", "[sip]\ntls_listen = \"0.0.0.0:5061\"", "sip.key: TLS needs a file"},
		{"sip tls address", "[sip]\ntls_listen = \"5061\"", "sip.tls_listen"},
		{"phones' CA", "[sip]\ntls_ca = \"nowhere.pem\"", "sip.tls_ca: open nowhere.pem"},
		{"trunk over WebSocket", "[[trunk]]\nname = \"a\"\naddress = \"sip:example.com;transport=ws\"", "not to be reached over UDP, TCP or TLS"},
		{"trunk twice", "[[trunk]]\nname = \"a\"\naddress=\"sip:h\"\n[[trunk]]\nname = \"A\"\naddress=\"sip:h\"", "used twice"},
		{"half a login", "[[trunk]]\nname = \"a\"\naddress=\"sip:h\"\nuser = \"u\"", "user and password go together"},
		{"codec", "[[trunk]]\nname = \"a\"\naddress=\"sip:h\"\ncodecs = [\"G729\"]", "codec \"G729\" is not offered"},
		{"codec of a phone", "[[station]]\nname = \"s\"\nkind = \"workstation\"\naddress = \"sip:a@h\"\ncodecs = [\"GSM\"]", "codec \"GSM\" is not offered"},
		{"codec of a number", "[[station]]\nname = \"s\"\nkind = \"remote\"\naddress = \"3175550100\"\ncodecs = [\"G722\"]", "only a sip: address has codecs"},
		{"negative limit", "[[trunk]]\nname = \"a\"\naddress=\"sip:h\"\nmax_calls = -1", "can not be negative"},
		{"format", trunk + "format = \"national\"", "trunk a: format \"national\" is not known; there are plus and e164"},
		{"format and rules", trunk + "caller_format = \"plus\"\ncaller_numbers = [{from = \"+\", to = \"\"}]", "keep one of them"},
		{"rule", trunk + "numbers = [{from = \"+49\", to = \"zero\"}]", "digits, +, * and # only"},
		{"rule without a beginning", trunk + "numbers = [{to = \"9\"}]", "has no \"from\""},
		{"tech prefix", trunk + "tech_prefix = \"a\"", "the prefix \"a\""},
		{"identity", trunk + "identity = \"sms\"", "identity \"sms\" is not known; there are from, pai, ppi and rpid"},
		{"attestation header", trunk + "attestation_header = \"Contact\"", "its name begins with P- or X-"},
		{"filter", "[[campaign]]\nname = \"a\"\nlist = \"l\"\nfilter = \"balance >\"", "campaign a: filter: at character 10 of \"balance >\": it ends here; write a value"},
		{"sort", "[[campaign]]\nname = \"a\"\nlist = \"l\"\nsort = \"balance down\"", "campaign a: sort: at character 9"},
		{"list and sources", "[[campaign]]\nname = \"a\"\nlist = \"l\"\n[[campaign.source]]\nlist = \"m\"", "keep one of them"},
		{"weight of a source", "[[campaign]]\nname = \"a\"\n[[campaign.source]]\nlist = \"m\"\nweight = 0", "source m: its weight is 0"},
		{"reschedule", "[[campaign]]\nname = \"a\"\nlist = \"l\"\n[[campaign.reschedule]]\ncategory = \"Success\"\nwait = \"1h\"", "who is left with category Success is not called again"},
		{"weight", trunk + "weight = -1", "weight -1: it is 1 or more"},
		{"register as nobody", trunk + "register = true", "register = true wants to know as whom"},
		{"register as somebody at", trunk + "register = true\nregister_as = \"a@b\"", "is the part before the @"},
		{"not registered", trunk + "expires = \"1h\"", "mean nothing without register = true"},
		{"expires", trunk + "register = true\nregister_as = \"a\"\nexpires = \"5s\"", "expires 5s: registrars take a minute or more"},
		{"options", trunk + "options = \"1s\"", "options 1s asks too often"},
		{"nat without answers", trunk + "nat = true\noptions = \"0s\"", "the first call has none"},
		{"redirect", trunk + "redirect = \"always\"", "redirect \"always\" is not known; there are refuse and follow"},
		{"redirect hosts", trunk + "redirect_hosts = [\"h\"]", "want redirect = \"follow\""},
		{"redirect numbers", trunk + "redirect = \"follow\"\nredirect_numbers = true", "do-not-call list"},
		{"media advertise", "[media]\nadvertise = \"192.0.2.256\"", "media.advertise: \"192.0.2.256\" is neither"},
		{"caller id told nowhere", trunk + "from_user = \"4711\"", "no other header tells it"},
		{"attestation that nobody hears", campaign + "attestation = \"A\"", "nobody hears of its attestation"},
		{"withheld", campaign + "withhold_caller_id = true", "many rules forbid it"},
		{"attestation", campaign + "attestation = \"D\"", "attestation \"D\" is not known"},
		{"no such prompts", "[media]\nprompts = \"nowhere\"", "media.prompts"},
		{"recordings in a file", "[media]\nrecordings = \"config_test.go\"", "config_test.go is a file"},
		{"days", "[media]\nkeep_recordings = \"90 days\"", "\"90 days\" is not a length of time"},
		{"size", "[media]\nkeep_free = \"1GB\"", "\"1GB\" is not a size; write it like \"500MiB\""},
		{"tones", "[media]\ntones = \"fr\"", "media.tones: the tones of \"fr\" are not known"},
		{"pace", campaign + "pace = \"fast\"", "pace \"fast\" is not known; there are none, maximum, target"},
		{"schedule", campaign + "schedule = [\"weekdays\"]\nschedule_zone = \"UTC\"", "is no window of a week"},
		{"schedule without a zone", campaign + "schedule = [\"mon 09:00-17:00\"]", "is no time zone"},
		{"auto without a schedule", campaign + "state = \"auto\"", "needs a schedule"},
		{"limits", campaign + "max_flying = -1", "max_flying and max_rate"},
		{"weight", campaign + "weight = -1.0", "it is above 0"},
		{"abandon limit", campaign + "abandon_limit = 3.0", "abandon_limit 3 is not a share"},
		{"record what", campaign + "record = \"some\"", "record \"some\" is not known"},
		{"record where", campaign + "record = \"all\"", "there is no folder for that; set media.recordings"},
		{"share of nothing", campaign + "record_share = 0.5", "set record = \"all\" as well"},
		{"no share", campaign + "record = \"all\"\nrecord_share = 10.0", "record_share 10: it is above 0, and 1 at most"},
		{"announcement", campaign + "record_announcement = \"legal\"", "there is no prompt \"legal\" in media.prompts"},
		{"hold music", campaign + "hold_music = \"waltz\"", "there is no prompt \"waltz\" in media.prompts"},
		{"analysis", campaign + "analysis = \"always\"", "analysis \"always\": there are"},
		{"analysis time", campaign + "analysis = \"first\"\nanalysis_time = \"1m\"", "analysis of 1m0s: take 1s to 15s"},
		{"sample", campaign + "analysis = \"first\"\nanalysis_sample = 5.0", "5 is no share of calls"},
		{"machine", campaign + "machine = \"shout\"", "machine \"shout\" is not known"},
		{"machine's message", campaign + "machine = \"message\"", "needs the name of a prompt in machine_message"},
		{"message for nobody", campaign + "machine_message = \"voicemail\"", "machine_message is for machine = \"message\""},
		{"unknown machine's message", campaign + "analysis = \"first\"\nmachine = \"message\"\nmachine_message = \"x\"", "there is no prompt \"x\" in media.prompts"},
		{"message without analysis", campaign + "machine = \"message\"\nmachine_message = \"x\"", "needs an analysis that finds them"},
		{"safe harbour", campaign + "safe_harbour = \"sorry\"", "there is no prompt \"sorry\" in media.prompts"},
		{"no message", campaign + "mode = \"agentless\"\nmax_flying = 5", "there must be a message to play"},
		{"keys", campaign + "agentless_opt_out_key = \"9\"\nagentless_repeat_key = \"9\"", "key 9 is to do two things"},
		{"no key", campaign + "agentless_opt_out_key = \"12\"", "\"12\" is no key"},
		{"transfer without a key", campaign + "agentless_transfer = \"x\"", "needs a key and an attendant profile"},
		{"transfer to nowhere", campaign + "agentless_transfer_key = \"1\"\nagentless_transfer = \"x\"", "there is no profile \"x\""},
		{"window", campaign + "abandon_window = \"week\"", "can not be counted over \"week\""},
		{"pause stage", campaign + "stages = {1 = \"A\"}\nrecord_pause_stages = [2]", "record_pause_stages: the campaign has no stage 2"},
		{"beep", campaign + "record_beep = \"10ms\"", "record_beep 10ms leaves no room for speech"},
		{"licences", "[licences]\nI3_ACCESS_DIALER_ADDON = -1", "a limit can not be negative"},
		{"profile to nowhere", "[[profile]]\nname = \"p\"", "profile p: say where calls are sent"},
		{"profile to two", "[[profile]]\nname = \"p\"\nnumber = \"1\"\nuser = \"u\"", "profile p: say where calls are sent"},
		{"stage", campaign + "stages = {first = \"A\"}", "stages are numbered from 1"},
		{"script not there", campaign + "script = \"nowhere.toml\"", "the script can not be read"},
		{"script stage", campaign + "stages = {2 = \"B\"}\nscript = \"testdata/stage.toml\"", "has no stage 7"},
		{"script category", campaign + "script = \"testdata/stage.toml\"", "category \"Succes\" is not known"},
		{"two scripts", campaign + "script = \"a.toml\"\nscript_url = \"https://a\"", "choose one"},
		{"station kind", "[[station]]\nname = \"s\"\nkind = \"soft\"\naddress = \"sip:a@h\"", "kind \"soft\" is not known"},
		{"persistent desk", "[[station]]\nname = \"s\"\nkind = \"workstation\"\naddress = \"sip:a@h\"\npersistent = true", "only a remote station"},
		{"verification", "[dialer]\nverify = \"face\"", "dialer.verify: verification \"face\" is not known; there are off, key and speech"},
		{"tries", "[dialer]\nreestablish_attempts = -1", "dialer.reestablish_attempts: it can not be negative"},
		{"station's verification", "[[station]]\nname = \"s\"\nkind = \"remote\"\naddress = \"1\"\nverify = \"no\"", "station s: verification \"no\" is not known"},
		{"no such announcement", "[media]\nplease_wait = \"nowhere.wav\"", "media.please_wait"},
		{"no such question", "[media]\nask_key = \"nowhere.wav\"\nask_word = \"nowhere.wav\"", "media.ask_key"},
		{"unknown trunk", campaign + "trunk = \"b\"", "there is no trunk \"b\""},
		{"unknown station", "[[user]]\nid = \"a\"\ndefault_station = \"x\"", "there is no station \"x\""},
		{"mode", campaign + "mode = \"hasty\"", "mode \"hasty\" is not offered"},
		{"state", campaign + "state = \"started\"", "state \"started\" is not known"},
		{"no list", "[[campaign]]\nname = \"A\"\nworkgroup = \"w\"", "no contact list"},
		{"no workgroup", "[[campaign]]\nname = \"A\"\nlist = \"a\"", "no workgroup"},
		{"nobody there", campaign, "no user of this file is in workgroup"},
		{"short ring", campaign + "ring = \"4s\"", "at least 15s"},
		{"lines", campaign + "lines_per_agent = 0.5", "it is 1 or more"},
		{"more lines", campaign + "lines_per_agent = 2", "can abandon calls"},
		{"attempts", campaign + "max_attempts = -1", "max_attempts -1"},
		{"removed", "[icws]\nremoved = [\"POST /dialer/dance\"]", "icws: removed resource \"POST /dialer/dance\""},
		{"prefix", "[icws]\nprefix = \"desk\"", "must begin with a slash"},
		{"no database", "[database]\npath = \"\"", "database.path: it must be a file"},
		{"hours and zone", campaign + "hours = \"8-20\"\nzone = \"Mars\"", "zone \"Mars\" is not known"},
		{"hours", campaign + "hours = \"nine to five\"", "hours \"nine to five\""},
		{"zone", campaign + "zone = \"Mars\"", "zone \"Mars\" is not known"},
		{"no zone", campaign, "not dialed in hours 08:00-21:00"},
		{"category", campaign + "[[campaign.disposition]]\nlabel = \"Sale\"\ncategory = \"Sold\"", "category \"Sold\" is not known"},
		{"a column of numbers twice", campaign + "phone_columns = [\"phone\", \"Phone\"]", "campaign A: phone column \"Phone\" is there twice"},
		{"reschedule of nothing", campaign + "[[campaign.reschedule]]\ncategory = \"Bussy\"", "there is no category \"Bussy\"; who is called again has "},
		{"label twice", campaign + "[[campaign.disposition]]\nlabel = \"S\"\ncategory = \"Success\"\n[[campaign.disposition]]\nlabel = \"s\"\ncategory = \"Success\"", "used twice"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, err := parseConfig([]byte(c.text))
			said := ""
			if err != nil {
				said = err.Error()
			} else {
				for _, p := range cfg.problems() {
					said += p.String() + "\n"
				}
			}
			if !strings.Contains(said, c.want) {
				t.Errorf("said %q, want %q", said, c.want)
			}
		})
	}
}

func TestTheEnvironmentWins(t *testing.T) {
	t.Setenv("OUTDIAL_HTTP_LISTEN", "127.0.0.1:9")
	t.Setenv("OUTDIAL_DATABASE", "elsewhere.db")
	cfg, err := parseConfig([]byte("[http]\nlisten = \"127.0.0.1:8\""))
	if err != nil || cfg.HTTP.Listen != "127.0.0.1:9" || cfg.Database.Path != "elsewhere.db" {
		t.Errorf("got %+v, %v", cfg, err)
	}
}

func TestPathsAreRelativeToTheFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "outdial.toml")
	if err := os.WriteFile(file, []byte("[database]\npath = \"data/x.db\""), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := loadConfig(file)
	if err != nil || cfg.Database.Path != filepath.Join(dir, "data", "x.db") {
		t.Errorf("got %q, %v", cfg.Database.Path, err)
	}
}

func TestCheckSaysWhatIsWrongAndFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "outdial.toml")
	if err := os.WriteFile(file, []byte("[[trunk]]\nname = \"a\""), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, log bytes.Buffer
	err := check(t.Context(), []string{"--config", file}, &out, &log)
	if err == nil || !strings.Contains(out.String(), "error: trunk a: it has no address") {
		t.Errorf("%v: %s", err, out.String())
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := check(t.Context(), []string{"--config", file}, &out, &log); err != nil || !strings.Contains(out.String(), "is in order") {
		t.Errorf("%v: %s", err, out.String())
	}
}

func TestCommandsAreExplained(t *testing.T) {
	for _, args := range [][]string{nil, {"dance"}, {"import"}, {"serve", "--nonsense"}, {"serve", "my.toml"}, {"check", "my.toml"}} {
		var out, log bytes.Buffer
		if err := run(t.Context(), args, &out, &log); !errors.Is(err, errUsage) || log.Len()+len(err.Error()) < 20 {
			t.Errorf("%q: %v %s", args, err, log.String())
		}
	}
	var out bytes.Buffer
	if err := run(t.Context(), []string{"help"}, &out, &out); err != nil || !strings.Contains(out.String(), "outdial serve") {
		t.Errorf("%v: %s", err, out.String())
	}
}

func TestOurAddressMayBeAName(t *testing.T) {
	for host, want := range map[string]string{"": "invalid IP", "192.0.2.7": "192.0.2.7", "localhost": "127.0.0.1"} {
		if addr, err := external(t.Context(), "sip.advertise", host); err != nil || addr.String() != want {
			t.Errorf("%q: %v, %v", host, addr, err)
		}
	}
	cfg, err := parseConfig([]byte("[sip]\nadvertise = \"sip.example.com\""))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range cfg.problems() {
		if p.where == "sip.advertise" {
			t.Error(p)
		}
	}
}
