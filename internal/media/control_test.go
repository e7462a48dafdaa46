package media

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtcp"
)

func (p *phone) controlAddr() netip.AddrPort {
	return netip.AddrPortFrom(p.addr.Addr(), p.addr.Port()+1)
}

// compounds gives the RTCP that was sent on a wire.
func compounds(t testing.TB, datagrams []sent) (out []rtcp.CompoundPacket) {
	t.Helper()
	for _, d := range datagrams {
		if !isControl(d.data) {
			continue
		}
		packets, err := rtcp.Unmarshal(d.data)
		if err != nil {
			t.Fatal(err)
		}
		c := rtcp.CompoundPacket(packets)
		if err := c.Validate(); err != nil {
			t.Fatalf("%v: %v", err, packets)
		}
		out = append(out, c)
	}
	return out
}

func rtcpData(t testing.TB, packets ...rtcp.Packet) []byte {
	t.Helper()
	data, err := rtcp.Marshal(packets)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestALegReportsEveryFiveSeconds(t *testing.T) {
	r := newRig(t)
	p := r.phone(PCMU)
	p.say(1)
	p.seq += 2
	p.say(1)
	r.pass(time.Minute)
	got := compounds(t, p.reports.sent)
	if len(got) < 8 || len(got) > 24 {
		t.Fatalf("%d reports in a minute", len(got))
	}
	if to := p.reports.sent[0].to; to != p.controlAddr() {
		t.Errorf("sent to %v", to)
	}
	first := got[0][0].(*rtcp.SenderReport)
	if first.SSRC != p.Leg.ssrc || first.PacketCount == 0 || first.OctetCount != first.PacketCount*frame {
		t.Errorf("%+v", first)
	}
	if len(first.Reports) != 1 || first.Reports[0].SSRC != p.ssrc || first.Reports[0].TotalLost != 2 || first.Reports[0].FractionLost != 128 {
		t.Errorf("%+v", first.Reports)
	}
	if first.Reports[0].LastSequenceNumber&0xffff != uint32(p.seq) {
		t.Errorf("highest sequence number %#x, want %#x", first.Reports[0].LastSequenceNumber, p.seq)
	}
	if again := got[1][0].(*rtcp.SenderReport); len(again.Reports) != 0 {
		t.Errorf("reports on a source that was not heard since: %+v", again.Reports)
	}
	// NTP and RTP clocks run together.
	second := got[1][0].(*rtcp.SenderReport)
	wall := (second.NTPTime - first.NTPTime) * rate >> 32
	if off := int64(wall) - int64(second.RTPTime-first.RTPTime); off > 1 || off < -1 {
		t.Errorf("clocks differ by %d samples", off)
	}
	names := map[string]bool{}
	for _, c := range got {
		name, err := c.CNAME()
		if err != nil {
			t.Fatal(err)
		}
		names[name] = true
	}
	if len(names) != 1 {
		t.Errorf("names %v", names)
	}
}

func TestALegThatSendsNothingReportsAsReceiver(t *testing.T) {
	r := newRig(t)
	p := r.phone(PCMU)
	f := p.format
	f.Send = false
	p.Agree(f)
	p.say(1)
	r.pass(10 * time.Second)
	got := compounds(t, p.reports.sent)
	if len(got) == 0 {
		t.Fatal("no report")
	}
	if _, ok := got[0][0].(*rtcp.ReceiverReport); !ok {
		t.Errorf("%v", got[0])
	}
}

func TestGoodbyeAtTheEnd(t *testing.T) {
	r := newRig(t)
	p := r.phone(PCMU)
	r.pass(20 * ms)
	p.Close()
	p.Close()
	got := compounds(t, p.reports.sent)
	if len(got) != 1 {
		t.Fatalf("%d reports", len(got))
	}
	bye, ok := got[0][len(got[0])-1].(*rtcp.Goodbye)
	if !ok || !slices.Equal(bye.Sources, []uint32{p.Leg.ssrc}) {
		t.Errorf("%v", got[0])
	}
}

func TestRoundTrip(t *testing.T) {
	r := newRig(t)
	p := r.phone(PCMU)
	r.pass(8 * time.Second)
	sr := compounds(t, p.reports.sent)[0][0].(*rtcp.SenderReport)
	// It went out some time ago; the far end held it for all but 80 ms of that.
	elapsed := time.Duration((ntp(r.time)-sr.NTPTime)>>16) * time.Second >> 16
	p.receiveControl(rtcpData(t, &rtcp.ReceiverReport{SSRC: p.ssrc, Reports: []rtcp.ReceptionReport{
		{SSRC: 4711, LastSenderReport: 1},
		{SSRC: p.Leg.ssrc, LastSenderReport: middle(sr.NTPTime), Delay: compact(elapsed - 80*ms), TotalLost: 1<<24 - 3, Jitter: 80},
	}}), p.controlAddr())
	s := p.Stats()
	if off := s.RoundTrip - 80*ms; off > ms || off < -ms {
		t.Errorf("round trip %v, want 80 ms", s.RoundTrip)
	}
	if s.FarLost != -3 || s.FarJitter != 10*ms || s.LastControl != r.time {
		t.Errorf("%+v", s)
	}
}

func TestTheSendersClockIsEchoed(t *testing.T) {
	r := newRig(t)
	p := r.phone(PCMU)
	p.say(1)
	p.receiveControl(rtcpData(t, &rtcp.SenderReport{SSRC: p.ssrc, NTPTime: 0x1122334455667788}), p.controlAddr())
	r.pass(8 * time.Second)
	got := compounds(t, p.reports.sent)[0][0].(*rtcp.SenderReport).Reports[0]
	if got.LastSenderReport != 0x33445566 || got.Delay < compact(time.Second) || got.Delay > compact(8*time.Second) {
		t.Errorf("%+v", got)
	}
}

func TestControlOnTheVoicePort(t *testing.T) {
	r := newRig(t)
	p := r.phone(PCMU)
	mux := p.format
	mux.RemoteControl = mux.Remote
	p.Agree(mux)
	r.pass(10 * time.Second)
	p.receive(rtcpData(t, &rtcp.ReceiverReport{SSRC: p.ssrc}), p.addr)
	if s := p.Stats(); s.LastControl.IsZero() || s.PacketsReceived != 0 {
		t.Errorf("%+v", s)
	}
	if len(p.reports.sent) != 0 || len(compounds(t, p.voice.sent)) == 0 {
		t.Error("reports did not share the voice port")
	}
}

func TestControlThatDoesNotCount(t *testing.T) {
	r := newRig(t)
	p := r.phone(PCMU)
	report := &rtcp.ReceiverReport{SSRC: p.ssrc}
	for name, c := range map[string]struct {
		data []byte
		from netip.AddrPort
	}{
		"garbage":               {[]byte("garbage"), p.controlAddr()},
		"a stranger":            {rtcpData(t, report), netip.MustParseAddrPort("203.0.113.1:5001")},
		"our own":               {rtcpData(t, &rtcp.ReceiverReport{SSRC: p.Leg.ssrc}), p.controlAddr()},
		"not led by a report":   {rtcpData(t, &rtcp.Goodbye{Sources: []uint32{p.ssrc}}), p.controlAddr()},
		"cut off in the middle": {rtcpData(t, report)[:6], p.controlAddr()},
	} {
		before := p.Stats().Refused
		p.receiveControl(c.data, c.from)
		if s := p.Stats(); !s.LastControl.IsZero() || s.Refused != before+1 {
			t.Errorf("%s was taken: %+v", name, s)
		}
	}
}

func FuzzReceiveControl(f *testing.F) {
	sr := &rtcp.SenderReport{SSRC: 1, NTPTime: 99, Reports: []rtcp.ReceptionReport{{SSRC: 2}}}
	f.Add(rtcpData(f, sr, rtcp.NewCNAMESourceDescription(1, "far@end")))
	f.Add(rtcpData(f, &rtcp.ReceiverReport{SSRC: 1}, &rtcp.Goodbye{Sources: []uint32{1}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := newRig(t)
		p := r.phone(PCMU)
		p.say(1)
		p.receiveControl(data, p.controlAddr())
		r.pass(8 * time.Second)
		if s := p.Stats(); s.RoundTrip < 0 || s.RoundTrip > longest {
			t.Fatalf("%+v", s)
		}
		compounds(t, p.reports.sent)
	})
}
