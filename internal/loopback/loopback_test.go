package loopback

import (
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/media"
	"github.com/outdial/outdial/internal/telephony"
)

// TestMain opens a switch before anything else runs: the first one in a process
// sets variables of sipgo, which serves the far ends too.
func TestMain(m *testing.M) {
	plane, err := media.Open(media.Config{Address: netip.MustParseAddr("127.0.0.1")})
	if err != nil {
		panic(err)
	}
	sw, err := telephony.Open(telephony.Config{Listen: netip.MustParseAddrPort("127.0.0.1:0")}, plane,
		slog.New(slog.DiscardHandler), func(call.Progress) {})
	if err != nil {
		panic(err)
	}
	if err := errors.Join(sw.Close(context.Background()), plane.Close()); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

func carrier(t *testing.T, customer Customer, terms Terms) *Carrier {
	t.Helper()
	c, err := OpenCarrier(func(string) Customer { return customer }, terms)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func phone(t *testing.T, rings time.Duration) *Phone {
	t.Helper()
	p, err := OpenPhone("anna", rings, Tone(400))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

type awaiter interface {
	Await(context.Context, func([]Hearing) bool) ([]Hearing, error)
}

// until waits for a call of which this is true.
func until(t *testing.T, a awaiter, what string, is func(Hearing) bool) Hearing {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var found Hearing
	all, err := a.Await(ctx, func(all []Hearing) bool {
		for _, h := range all {
			if is(h) {
				found = h
				return true
			}
		}
		return false
	})
	if err != nil {
		t.Fatalf("never %s: %v; calls: %+v", what, err, all)
	}
	return found
}

func ended(h Hearing) bool { return !h.Ended.IsZero() }

func TestACustomerDoesNotTakeTheCall(t *testing.T) {
	for name, c := range map[string]struct {
		customer Customer
		want     []int
	}{
		"busy":                    {Customer{Ends: Busy}, []int{486}},
		"refuses after ringing":   {Customer{Ends: Refuse, Rings: time.Millisecond}, []int{180, 603}},
		"no such number":          {Customer{Ends: NoSuchNumber}, []int{404}},
		"no circuit":              {Customer{Ends: Congestion}, []int{503}},
		"stops ringing by itself": {Customer{Ends: Unavailable, Rings: time.Millisecond}, []int{180, 480}},
	} {
		t.Run(name, func(t *testing.T) {
			at := carrier(t, c.customer, Terms{})
			us := newCaller(t, at.Address(), "3175550101")
			us.send("INVITE", us.offer("sendrecv", "0"))
			for _, status := range c.want {
				us.expect(status)
			}
			us.send("ACK", "")
			h := until(t, at, "over", ended)
			if h.Number != "3175550101" || h.CallerID != "+13175550100" || h.Status != c.want[len(c.want)-1] || !h.HungUp || !h.Answered.IsZero() {
				t.Errorf("heard %+v", h)
			}
		})
	}
}

func TestItRingsUntilTheCallerGivesUp(t *testing.T) {
	at := carrier(t, Customer{Ends: NoAnswer}, Terms{})
	us := newCaller(t, at.Address(), "1")
	us.send("INVITE", us.offer("sendrecv", "0"))
	us.expect(180)
	us.tag = ""
	us.send("CANCEL", "")
	if m := us.expect(200); !strings.HasSuffix(m.header("CSeq"), "CANCEL") {
		t.Errorf("the 200 is for %q", m.header("CSeq"))
	}
	us.expect(487)
	us.send("ACK", "")
	if h := until(t, at, "over", ended); h.Status != 487 || h.HungUp {
		t.Errorf("heard %+v", h)
	}
}

func TestATalk(t *testing.T) {
	at := carrier(t, Customer{Rings: time.Millisecond, Voice: Tone(700)}, Terms{})
	us := newCaller(t, at.Address(), "1")
	m := us.call()
	packets := us.hear(10)
	if k := kinds(packets); k[700] != 10 {
		t.Errorf("heard %v, want ten packets of 700 Hz", k)
	}
	if !packets[0].Marker || packets[1].Marker {
		t.Error("the marker belongs on the first packet only")
	}
	for i := 1; i < len(packets); i++ {
		if packets[i].SequenceNumber != packets[i-1].SequenceNumber+1 || packets[i].Timestamp != packets[i-1].Timestamp+160 {
			t.Errorf("packet %d does not follow its predecessor: %v", i, packets[i])
		}
	}
	us.say(m.port(), Tone(400), 5)
	us.say(m.port(), Voice{}, 2)
	us.say(m.port(), Tone(450), 1)
	h := until(t, at, "heard", func(h Hearing) bool { _, heard := h.Tone(450, h.Answered); return heard })
	us.hangUp()
	if h.Ringing.Before(h.Invited) || h.Answered.Before(h.Ringing) || h.FirstPacket.Before(h.Answered) {
		t.Errorf("times are out of order: %+v", h)
	}
	if len(h.Sounds) != 2 || h.Sounds[0].Hz != 400 || h.Sounds[0].Packets != 5 {
		t.Errorf("sounds %+v", h.Sounds)
	}
	if h = until(t, at, "over", ended); h.HungUp || h.Acked.IsZero() {
		t.Errorf("heard %+v", h)
	}
}

func TestTheCustomerHangsUp(t *testing.T) {
	at := carrier(t, Customer{Talks: time.Nanosecond, Voice: Tone(700)}, Terms{})
	us := newCaller(t, at.Address(), "1")
	us.call()
	if m := us.answerBye(); !strings.Contains(m.start, us.sip.LocalAddr().String()) || !strings.Contains(m.header("From"), us.tag) {
		t.Errorf("BYE is not of this dialog: %s", m.text)
	}
	if h := until(t, at, "over", ended); !h.HungUp || h.Status != 200 {
		t.Errorf("heard %+v", h)
	}
}

func TestAnAnswerIsRepeatedUntilItIsAcknowledged(t *testing.T) {
	at := carrier(t, Customer{Talks: time.Nanosecond}, Terms{})
	us := newCaller(t, at.Address(), "1")
	us.send("INVITE", us.offer("sendrecv", "0"))
	us.expect(200)
	us.expect(200)
	us.send("ACK", "")
	us.answerBye()
}

func TestHoldAndBack(t *testing.T) {
	at := carrier(t, Customer{Voice: Tone(700)}, Terms{})
	us := newCaller(t, at.Address(), "1")
	us.call()
	us.hear(1)
	for _, step := range []struct{ ours, theirs string }{
		{"sendonly", "a=recvonly"}, {"inactive", "a=inactive"}, {"sendrecv", "a=sendrecv"},
	} {
		us.cseq++
		us.send("INVITE", us.offer(step.ours, "0 8"))
		if m := us.expect(200); !strings.Contains(m.body, step.theirs) {
			t.Errorf("the answer to %s is %q", step.ours, m.body)
		}
		us.send("ACK", "")
	}
	us.hear(1)
	if h := until(t, at, "held", func(h Hearing) bool { return h.Reinvites == 3 }); ended(h) {
		t.Error("the call ended")
	}
	us.hangUp()
}

func TestTheOfferComesWithTheAnswer(t *testing.T) {
	at := carrier(t, Customer{Voice: Tone(700)}, Terms{Codecs: []string{"PCMA"}})
	us := newCaller(t, at.Address(), "1")
	us.send("INVITE", "")
	if m := us.expect(200); !strings.Contains(m.body, "RTP/AVP 8 101") {
		t.Errorf("offer %q", m.body)
	}
	us.send("ACK", us.offer("sendrecv", "8"))
	if p := us.hear(1)[0]; p.PayloadType != 8 {
		t.Errorf("payload type %d, want 8", p.PayloadType)
	}
	us.hangUp()
}

func TestNothingInCommon(t *testing.T) {
	at := carrier(t, Customer{}, Terms{Codecs: []string{"PCMA"}})
	us := newCaller(t, at.Address(), "1")
	us.send("INVITE", us.offer("sendrecv", "0"))
	us.expect(488)
	us.send("ACK", "")
}

func TestOutsideACall(t *testing.T) {
	at := carrier(t, Customer{}, Terms{})
	us := newCaller(t, at.Address(), "1")
	us.send("OPTIONS", "")
	if m := us.expect(200); !strings.Contains(m.header("Allow"), "INVITE") {
		t.Errorf("Allow: %q", m.header("Allow"))
	}
	us.tag = "unknown"
	for _, method := range []string{"BYE", "INVITE", "UPDATE"} {
		us.cseq++
		us.send(method, "")
		us.expect(481)
	}
}

func TestAPasswordIsAskedFor(t *testing.T) {
	for _, status := range []int{407, 401} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			at := carrier(t, Customer{}, Terms{User: "outdial", Password: "secret", Challenge: status})
			us := newCaller(t, at.Address(), "1")
			challenge, answer := "Proxy-Authenticate", "Proxy-Authorization"
			if status == 401 {
				challenge, answer = "WWW-Authenticate", "Authorization"
			}
			nonce := ""
			for _, try := range []struct {
				password string
				want     int
			}{{"", status}, {"wrong", status}, {"secret", 200}} {
				us.tag = ""
				extra := []string{}
				if try.password != "" {
					extra = append(extra, answer+": "+credentials(nonce, try.password))
				}
				us.send("INVITE", us.offer("sendrecv", "0"), extra...)
				m := us.expect(try.want)
				if _, rest, found := strings.Cut(m.header(challenge), `nonce="`); found {
					nonce, _, _ = strings.Cut(rest, `"`)
					us.tag = ""
				}
				us.send("ACK", "")
				us.cseq++
			}
			us.hangUp()
			if n := at.Invites(); n != 3 || len(at.Hearings()) != 1 {
				t.Errorf("%d INVITEs and %d calls, want 3 and 1", n, len(at.Hearings()))
			}
		})
	}
}

func credentials(nonce, password string) string {
	sum := func(s string) string { return fmt.Sprintf("%x", md5.Sum([]byte(s))) }
	response := sum(sum("outdial:loopback:"+password) + ":" + nonce + ":00000001:abc:auth:" + sum("INVITE:sip:1@127.0.0.1"))
	return fmt.Sprintf(`Digest username="outdial", realm="loopback", nonce="%s", uri="sip:1@127.0.0.1", response="%s", algorithm=MD5, cnonce="abc", qop=auth, nc=00000001`, nonce, response)
}

func TestAPhoneTakesOneCallAtATime(t *testing.T) {
	p := phone(t, 0)
	if !strings.HasPrefix(p.Address(), "sip:anna@127.0.0.1:") {
		t.Errorf("address %q", p.Address())
	}
	first, second := newCaller(t, p.Address(), "anna"), newCaller(t, p.Address(), "anna")
	first.call()
	second.send("INVITE", second.offer("sendrecv", "0"))
	second.expect(486)
	second.send("ACK", "")
	if k := kinds(first.hear(3)); k[400] != 3 {
		t.Errorf("heard %v", k)
	}
	p.HangUp()
	first.answerBye()
	until(t, p, "put down", func(h Hearing) bool { return h.Status == 200 && ended(h) && h.HungUp })
	third := newCaller(t, p.Address(), "anna")
	third.call()
	third.hangUp()
	if p.Invites() != 3 {
		t.Errorf("%d INVITEs, want 3", p.Invites())
	}
}

func TestARingingPhoneIsPutDown(t *testing.T) {
	p := phone(t, time.Hour)
	us := newCaller(t, p.Address(), "anna")
	us.send("INVITE", us.offer("sendrecv", "0"))
	us.expect(180)
	p.HangUp()
	us.expect(603)
	us.send("ACK", "")
}

func TestAMachineGreetsAndBeeps(t *testing.T) {
	at := carrier(t, Customer{Voice: Machine(400*time.Millisecond, 1400)}, Terms{})
	us := newCaller(t, at.Address(), "1")
	us.call()
	k := kinds(us.hear(50))
	if k[1400] != 25 || k[0] < 10 || k[quiet] < 5 {
		t.Errorf("heard %v, want noise, 25 packets of 1400 Hz and silence", k)
	}
	us.hangUp()
}

func TestCloseHangsUp(t *testing.T) {
	at := carrier(t, Customer{Voice: Tone(700)}, Terms{})
	talking := newCaller(t, at.Address(), "1")
	talking.call()
	closed := make(chan error)
	go func() { closed <- at.Close() }()
	talking.answerBye()
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	if err := at.Close(); err != nil {
		t.Errorf("a second Close: %v", err)
	}
	if _, err := at.Await(t.Context(), func([]Hearing) bool { return false }); err == nil {
		t.Error("waiting for a closed carrier must end")
	}
}

func TestUnknownCodec(t *testing.T) {
	if _, err := OpenCarrier(nil, Terms{Codecs: []string{"G729"}}); err == nil {
		t.Error("G729 was accepted")
	}
}
