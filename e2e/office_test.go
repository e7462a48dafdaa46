//go:build linux

package e2e

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// The voices of an office, in Hz. Each can be told from any sum of the others.
// Of ring-back it is the tone that no one else has.
var voices = map[string]float64{
	"anna": 600, "ben": 700, "sue": 800, "customer": customerTone, "outsider": 1200,
	"third": 1500, "music": 300, "prompt": 1800, "ring-back": 480,
}

// office is agents with a phone and a voice each, customers behind the trunk, two
// more parties outside, and the program between them. What each hears is judged on
// the wire.
type office struct {
	*program
	wire *wire

	anna, ben, sue             *colleague // sue supervises
	customers, outsider, third *carrier   // one party each at a time
	customer, other, more      ear        // theirs
}

// ear is where somebody hears: the media ports that are his alone.
type ear struct {
	name  string
	media span
}

// heard is what somebody is to hear, voices by name; no voice is silence.
type heard struct {
	ear
	voices []string
}

func (e ear) hears(voices ...string) heard {
	slices.Sort(voices)
	return heard{e, voices}
}

// colleague is an agent with a desktop and a phone.
type colleague struct {
	ear
	desk  *desktop
	phone *phone
	read  int // messages up to here were looked at by await
}

// openOffice starts everything. Anna sits at a line that stands and is logged in to
// the dialer, not ready yet; Ben and Sue have phones that are called when need be.
func openOffice(t *testing.T, s shift, customers int) *office {
	t.Helper()
	o := &office{customers: startCarrier(t), outsider: startParty(t, "outsider"), third: startParty(t, "third")}
	o.customer, o.other, o.more = ear{"customer", o.customers.media}, ear{"outsider", o.outsider.media}, ear{"third", o.third.media}
	s.trunk, s.agents, s.supervisors, s.boss = o.customers.uri(""), []string{"anna", "ben", "sue"}, []string{"sue"}, "boss"
	s.media = "hold_music = \"music.wav\"\nprompts = \"prompts\"\nrecordings = \"recordings\"\n"
	s.more = "[[campaign.disposition]]\nlabel = \"Transferred\"\ncategory = \"Transferred\"\n" +
		"[[campaign.disposition]]\nlabel = \"Call back\"\ncategory = \"Scheduled\"\n" +
		"[[campaign.disposition]]\nlabel = \"Engaged\"\ncategory = \"Busy\"\n" + s.more
	o.program = prepare(t, s)
	writeWAV(t, filepath.Join(o.dir, "music.wav"), sine(int(voices["music"]), 1))
	for _, folder := range []string{"prompts", "recordings"} {
		if err := os.Mkdir(filepath.Join(o.dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	writeWAV(t, filepath.Join(o.dir, "prompts", "Offer.wav"), sine(int(voices["prompt"]), 1))

	sip := []int{o.customers.port, o.outsider.port, o.third.port, o.sip}
	o.anna, o.ben, o.sue = engage(t, "anna"), engage(t, "ben"), engage(t, "sue")
	for _, c := range o.staff() {
		sip = append(sip, c.phone.port)
	}
	o.wire = watch(t, sip, o.program.media)
	o.serve(t)
	var numbers []string
	for i := range customers {
		numbers = append(numbers, number(prompt, i+1)) // who answers at once saves time
	}
	if customers > 0 {
		o.load(t, numbers...)
	}
	for _, c := range o.staff() {
		c.arrive(t, o.http, c == o.anna)
	}
	o.anna.desk.watchLine(t)
	o.anna.desk.logIn(t, "Autumn")
	o.anna.desk.establish(t)
	o.anna.desk.awaitLine(t, 0, "up")
	return o
}

func (o *office) staff() []*colleague { return []*colleague{o.anna, o.ben, o.sue} }

// startParty runs sipp as somebody outside with a voice of his own.
func startParty(t testing.TB, name string) *carrier {
	t.Helper()
	return startSipp(t, name, freePort(t), int(voices[name]))
}

// engage gives an agent a phone.
func engage(t testing.TB, name string) *colleague {
	t.Helper()
	p := startVoice(t, atOnce, int(voices[name]))
	return &colleague{ear: ear{name, p.media}, phone: p}
}

// arrive signs a colleague in, at the phone, and follows what alerts him.
func (c *colleague) arrive(t testing.TB, server string, persistent bool) {
	t.Helper()
	c.desk = signIn(t, server, c.name)
	c.desk.sit(t, c.phone.uri(), persistent)
	c.desk.must(t, http.MethodPut, "/messaging/subscriptions/interaction-alerting", http.StatusOK, map[string]any{"attributeNames": []string{}}, nil)
}

// The messages that colleagues wait for.
const (
	alertingMessage = "urn:inin.com:interactions:interactionAlertingMessage"
	morphedMessage  = "urn:inin.com:interactions:interactionMorphedMessage"
	changedMessage  = "urn:inin.com:interactions:interactionChangedMessage"
	asyncMessage    = "urn:inin.com:messaging:asyncOperationCompletedMessage"
)

// await waits for the next message of a type that has all of some words in it, and
// reads it.
func (c *colleague) await(t testing.TB, kind string, into any, words ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	next, m, err := c.desk.messages.next(ctx, c.read, func(m message) bool {
		return m.Type == kind && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(m.String(), w) })
	})
	if err != nil {
		t.Fatalf("%s gets no %s with %q\n%s", c.name, kind, words, c.desk.messages.tail(12))
	}
	c.read = next
	if into != nil {
		if err := json.Unmarshal(m.body, into); err != nil {
			t.Fatalf("%v: %s", err, m)
		}
	}
}

// alerted waits for the next interaction that alerts a colleague, and gives its id.
func (c *colleague) alerted(t testing.TB) string {
	t.Helper()
	return c.alert(t, 1)
}

// unalerted waits for the next one that alerts him no longer.
func (c *colleague) unalerted(t testing.TB) string {
	t.Helper()
	return c.alert(t, 2)
}

func (c *colleague) alert(t testing.TB, action int) string {
	t.Helper()
	var m struct {
		Details []struct {
			ID string `json:"interactionId"`
		} `json:"alertingInteractionDetails"`
	}
	c.await(t, alertingMessage, &m, fmt.Sprintf(`"alertAction":%d`, action))
	return m.Details[0].ID
}

// act does something to an interaction.
func (c *colleague) act(t testing.TB, id, what string, body any) {
	t.Helper()
	c.desk.must(t, http.MethodPost, "/interactions/"+id+"/"+what, http.StatusOK, body, nil)
}

// on and off are the bodies of what is switched.
var (
	on         = map[string]bool{"on": true}
	off        = map[string]bool{"on": false}
	supervised = map[string]bool{"on": true, "supervisor": true}
	left       = map[string]bool{"on": false, "supervisor": true}
)

// to is where a call is sent.
func to(target string) map[string]string { return map[string]string{"target": target} }

// queue is a queue to which a call is sent: 1 a user's, 2 a workgroup's.
func queue(kind int, name string) map[string]any {
	return map[string]any{"queueID": map[string]any{"queueType": kind, "queueName": name}}
}

// calls makes a call and gives its id.
func (c *colleague) calls(t testing.TB, target string) string {
	t.Helper()
	var made struct {
		ID string `json:"interactionId"`
	}
	c.desk.must(t, http.MethodPost, "/interactions", http.StatusCreated, map[string]string{
		"__type": "urn:inin.com:interactions:createCallParameters", "target": target,
	}, &made)
	return made.ID
}

// follow subscribes to an interaction.
func (c *colleague) follow(t testing.TB, id string) {
	t.Helper()
	c.desk.must(t, http.MethodPut, "/messaging/subscriptions/interactions/"+id, http.StatusNoContent, map[string]any{
		"attributeNames": []string{"Eic_State", "Eic_CallStateString"},
	}, nil)
}

// state waits until an interaction that is followed is in a state, a letter.
func (c *colleague) state(t testing.TB, id, letter string) {
	t.Helper()
	c.await(t, changedMessage, nil, `"interactionID":"`+id+`"`, `"Eic_State":"`+letter+`"`)
}

// morphed waits until a followed interaction goes on as another one, and gives that.
func (c *colleague) morphed(t testing.TB, id string) string {
	t.Helper()
	var m struct {
		To string `json:"newInteractionID"`
	}
	c.await(t, morphedMessage, &m, `"interactionID":"`+id+`"`)
	return m.To
}

// attribute reads one of an interaction.
func (c *colleague) attribute(t testing.TB, id, name string) string {
	t.Helper()
	var got struct {
		Attributes map[string]string `json:"attributes"`
	}
	c.desk.must(t, http.MethodGet, "/interactions/"+id+"?select="+name, http.StatusOK, nil, &got)
	return got.Attributes[name]
}

// withCustomer lets an agent have the next customer of the dialer, until both
// hear each other.
func (o *office) withCustomer(t testing.TB, c *colleague) pop {
	t.Helper()
	c.desk.ready(t)
	customer := c.desk.mustPop(t)
	o.expect(t, "a customer of the dialer", c.hears("customer"), o.customer.hears(c.name))
	return customer
}

// over disposes the agent's customer and waits for the result.
func (o *office) over(t testing.TB, c *colleague, customer pop, label string) attempt {
	t.Helper()
	if err := c.desk.dispose(label); err != nil {
		t.Fatal(err)
	}
	a := o.awaitClosed(t, customer.number())
	if a.WrapUpCode != label && a.WrapUp != label {
		t.Errorf("%s is closed as %q, %q and not as %q", a.Number, a.WrapUp, a.WrapUpCode, label)
	}
	return a
}

// A scene is looked at in windows, of which two in a row must be as expected.
const (
	window = 120 * time.Millisecond
	enough = 4 // packets to judge a window by
)

// expect waits until all hear what they are to hear, and nothing else, at once.
func (o *office) expect(t testing.TB, what string, scene ...heard) {
	t.Helper()
	from, deadline := time.Now(), time.Now().Add(patience)
	for right := 0; right < 2; {
		until := from.Add(window)
		o.wire.awaitPacket(t, until)
		got, as := o.scene(scene, from, until)
		switch {
		case as:
			right++
		case time.Now().After(deadline):
			t.Fatalf("%s:%s", what, got)
		default:
			right = 0
		}
		from = until
	}
}

// holds is for a stretch of time from now on in which nothing else may be heard. When
// the machine is too busy to send enough, that is not judged.
func (o *office) holds(t testing.TB, what string, length time.Duration, scene ...heard) {
	t.Helper()
	for from, end := time.Now(), time.Now().Add(length); from.Before(end); from = from.Add(window) {
		until := from.Add(window)
		o.wire.awaitPacket(t, until)
		for _, want := range scene {
			if have, packets := o.hearing(want.ear, from, until); packets >= enough && !slices.Equal(have, want.voices) {
				t.Fatalf("%s, and then %s hears %v, and should hear %v", what, want.name, have, want.voices)
			}
		}
	}
}

// scene tells what each hears within a window, and whether it is as expected.
func (o *office) scene(scene []heard, from, until time.Time) (got string, as bool) {
	as = true
	for _, want := range scene {
		have, packets := o.hearing(want.ear, from, until)
		if packets < enough || !slices.Equal(have, want.voices) {
			as = false
		}
		got += fmt.Sprintf("\n\t%s hears %v in %d packets, and should hear %v", want.name, have, packets, want.voices)
	}
	return got, as
}

// hearing gives the voices that go to somebody within a window, by name, and in
// how many packets.
func (o *office) hearing(e ear, from, until time.Time) (voices []string, packets int) {
	stream := o.wire.stream(func(k packet) bool {
		return e.media.to(k) && !k.at.Before(from) && k.at.Before(until)
	})
	slices.SortStableFunc(stream, func(a, b rtp) int { return cmp.Compare(int32(a.timestamp-b.timestamp), 0) })
	var pcm []int16
	for _, r := range stream {
		if r.kind == 0 {
			pcm = append(pcm, decode(r.audio)...)
		}
	}
	return voicesIn(pcm), len(stream)
}

// voicesIn gives the voices in some samples, by name in order: those whose tone has
// an amplitude of 1000 at least.
func voicesIn(pcm []int16) []string {
	var names []string
	for name, hertz := range voices {
		if amplitude(pcm, hertz) > 1000 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// amplitude is that of a tone in some samples, behind a Hann window.
func amplitude(pcm []int16, hertz float64) float64 {
	var re, im, weight float64
	for i, v := range pcm {
		w := 1 - math.Cos(2*math.Pi*(float64(i)+0.5)/float64(len(pcm)))
		sin, cos := math.Sincos(2 * math.Pi * hertz * float64(i) / sampleRate)
		re, im, weight = re+w*float64(v)*cos, im+w*float64(v)*sin, weight+w
	}
	if weight == 0 {
		return 0
	}
	return 2 * math.Hypot(re, im) / weight
}

// close ends the shift of all: every line ends, and no port stays in use.
func (o *office) close(t testing.TB) {
	t.Helper()
	for _, c := range o.staff() {
		c.desk.must(t, http.MethodDelete, "/connection", http.StatusOK, nil, nil)
	}
	o.idle(t)
	o.allEnded(t)
	unbroken(t, "anna's one stream", o.wire.stream(o.anna.media.to))
}

// allEnded holds that no call is left anywhere, and that what went over the wire was
// well formed.
func (o *office) allEnded(t testing.TB) {
	t.Helper()
	o.wire.stop(t)
	for _, c := range []*carrier{o.customers, o.outsider, o.third} {
		c.allEnded(t)
	}
	for _, c := range o.staff() {
		if begun, ended := c.phone.calls(), len(c.phone.events.all(containing(`"type":"CALL_CLOSED"`))); begun != ended {
			t.Errorf("%s's phone took %d calls, and %d ended", c.name, begun, ended)
		}
	}
	o.wire.wellFormed(t)
}

// idle waits until the program holds no media port any more.
func (o *office) idle(t testing.TB) {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for {
		used := o.used(t)
		if len(used) == 0 {
			break
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("ports still in use: %v", used)
		}
	}
	figures := o.metrics(t)
	if lines, open := figures["outdial_persistent_connections"], figures["outdial_attempts_open"]; lines+open != 0 {
		t.Errorf("%g lines still stand and %g attempts are open", lines, open)
	}
}

// used are the UDP ports at which the program has a socket, but for that of SIP.
func (o *office) used(t testing.TB) []int {
	t.Helper()
	own := make(map[string]bool)
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", o.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if link, err := os.Readlink(file); err == nil { // else it was closed meanwhile
			own[link] = true
		}
	}
	sockets, err := os.ReadFile("/proc/net/udp")
	if err != nil {
		t.Fatal(err)
	}
	var ports []int
	for line := range strings.Lines(string(sockets)) {
		fields := strings.Fields(line) // sl, local address, …, the inode as the tenth
		if len(fields) < 10 || !own["socket:["+fields[9]+"]"] {
			continue
		}
		var address, port int
		if _, err := fmt.Sscanf(fields[1], "%X:%X", &address, &port); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		ports = append(ports, port)
	}
	if !slices.Contains(ports, o.sip) {
		t.Fatalf("the program's sockets can not be seen: %v", ports)
	}
	return slices.DeleteFunc(ports, func(p int) bool { return p == o.sip })
}

// allEnded holds that every call that was answered was hung up on.
func (c *carrier) allEnded(t testing.TB) {
	t.Helper()
	for _, line := range c.calls.all(starting("ACK ")) {
		call := strings.TrimPrefix(line, "ACK ")
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		_, _, err := c.calls.next(ctx, 0, func(l string) bool { return l == "BYE "+call || l == disconnect+" "+call })
		cancel()
		if err != nil {
			t.Errorf("%s: the call %s never ended", c.name, call)
		}
	}
}

func TestVoicesAreToldApart(t *testing.T) {
	for _, c := range [][]string{{}, {"anna"}, {"anna", "customer", "outsider"}, {"ben", "music", "prompt", "sue", "third"}} {
		sum := make([]int16, sampleRate)
		for _, name := range c {
			for i, v := range sine(int(voices[name]), 1) {
				sum[i] += v / 2
			}
		}
		for _, length := range []int{640, 960} {
			if got := voicesIn(sum[:length]); !slices.Equal(got, c) {
				t.Errorf("%d samples of %v are heard as %v", length, c, got)
			}
		}
	}
}
