package media

import (
	"net/netip"
	"reflect"
	"slices"
	"testing"

	"github.com/pion/rtcp"
)

// What is written here is read by eyes that are not ours.
func TestACompoundPacketIsReadByOthers(t *testing.T) {
	info := &senderInfo{ntp: 0x1122334455667788, ts: 0x99aabbcc, packets: 5, octets: 800}
	about := &reportBlock{ssrc: 7, fraction: 128, lost: 1<<23 - 1, high: 0x1fffe, jitter: 80, sender: 0x33445566, delay: 65536}
	read := []rtcp.ReceptionReport{{SSRC: 7, FractionLost: 128, TotalLost: 1<<23 - 1, LastSequenceNumber: 0x1fffe, Jitter: 80, LastSenderReport: 0x33445566, Delay: 65536}}
	for name, c := range map[string]struct {
		info  *senderInfo
		about *reportBlock
		want  rtcp.Packet
	}{
		"of a sender":                 {info, nil, &rtcp.SenderReport{SSRC: 9, NTPTime: info.ntp, RTPTime: info.ts, PacketCount: 5, OctetCount: 800}},
		"of a sender that hears one":  {info, about, &rtcp.SenderReport{SSRC: 9, NTPTime: info.ntp, RTPTime: info.ts, PacketCount: 5, OctetCount: 800, Reports: read}},
		"of a receiver":               {nil, about, &rtcp.ReceiverReport{SSRC: 9, Reports: read}},
		"of one who does not hear":    {nil, nil, &rtcp.ReceiverReport{SSRC: 9}},
		"of one who hears a straying": {nil, &reportBlock{ssrc: 7, lost: -3}, &rtcp.ReceiverReport{SSRC: 9, Reports: []rtcp.ReceptionReport{{SSRC: 7, TotalLost: 1<<24 - 3}}}},
	} {
		data := appendReport(nil, 9, c.info, c.about)
		var got rtcp.Packet = &rtcp.ReceiverReport{}
		if c.info != nil {
			got = &rtcp.SenderReport{}
		}
		if err := got.Unmarshal(data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if want := rtcpData(t, c.want); !slices.Equal(data, want) {
			t.Errorf("%s: %x, want %x", name, data, want)
		}
	}
}

func TestANameIsReadByOthers(t *testing.T) {
	for host, name := range map[string]string{ // with every length of the last word
		"192.0.2.1": "1z@192.0.2.1", "192.0.2.21": "1z@192.0.2.21", "192.0.2.210": "1z@192.0.2.210", "192.0.22.210": "1z@192.0.22.210",
		"2001:db8::1": "1z@2001:db8::1", "fe80::1%eth0": "1z@fe80::1%eth0",
	} {
		data := appendGoodbye(appendName(appendReport(nil, 71, nil, nil), 71, netip.MustParseAddr(host)), 71)
		want := rtcpData(t, &rtcp.ReceiverReport{SSRC: 71}, rtcp.NewCNAMESourceDescription(71, name), &rtcp.Goodbye{Sources: []uint32{71}})
		if !slices.Equal(data, want) {
			t.Errorf("%s: %x, want %x", host, data, want)
		}
	}
}

// gathered is all blocks of a compound packet, and the times of its sender reports.
func gathered(c compound) (blocks []reportBlock, sent []uint64) {
	for len(c) > 0 {
		p, _ := c.next()
		if p.kind == senderReport {
			sent = append(sent, p.sent())
		}
		for i := range p.blocks() {
			blocks = append(blocks, p.block(i))
		}
	}
	return blocks, sent
}

// witnessed is the same as others read it.
func witnessed(packets []rtcp.Packet) (blocks []reportBlock, sent []uint64) {
	add := func(reports []rtcp.ReceptionReport) {
		for _, r := range reports {
			blocks = append(blocks, reportBlock{r.SSRC, r.FractionLost, int32(r.TotalLost<<8) >> 8, r.LastSequenceNumber, r.Jitter, r.LastSenderReport, r.Delay})
		}
	}
	for _, p := range packets {
		switch p := p.(type) {
		case *rtcp.SenderReport:
			sent = append(sent, p.NTPTime)
			add(p.Reports)
		case *rtcp.ReceiverReport:
			add(p.Reports)
		}
	}
	return blocks, sent
}

func TestACompoundPacketOfOthersIsRead(t *testing.T) {
	many := make([]rtcp.ReceptionReport, 31)
	for i := range many {
		many[i] = rtcp.ReceptionReport{SSRC: uint32(i), FractionLost: uint8(i), TotalLost: 1<<24 - uint32(i), LastSequenceNumber: 2, Jitter: 3, LastSenderReport: 4, Delay: 5}
	}
	packets := []rtcp.Packet{
		&rtcp.SenderReport{SSRC: 1, NTPTime: 99, Reports: many, ProfileExtensions: []byte{1, 2, 3, 4}},
		&rtcp.ReceiverReport{SSRC: 1, Reports: many[:2]},
		rtcp.NewCNAMESourceDescription(1, "far@end"),
		&rtcp.ExtendedReport{SenderSSRC: 1, Reports: []rtcp.ReportBlock{&rtcp.ReceiverReferenceTimeReportBlock{NTPTimestamp: 7}}},
		&rtcp.PictureLossIndication{SenderSSRC: 1, MediaSSRC: 2},
		&rtcp.Goodbye{Sources: []uint32{1}, Reason: "tired"},
	}
	data := compound(rtcpData(t, packets...))
	if !data.valid(2) || data.valid(1) {
		t.Fatal("it is not taken for what it is, or our own is")
	}
	blocks, sent := gathered(data)
	want, wantSent := witnessed(packets)
	if !slices.Equal(blocks, want) || !slices.Equal(sent, wantSent) {
		t.Errorf("%v, %v, want %v, %v", blocks, sent, want, wantSent)
	}
}

func TestWhatIsNoCompoundPacket(t *testing.T) {
	report := rtcpData(t, &rtcp.ReceiverReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{SSRC: 2}}})
	with := func(at int, b byte) []byte {
		data := slices.Clone(report)
		data[at] = b
		return data
	}
	if !compound(report).valid(2) {
		t.Fatal("the report itself is refused")
	}
	for name, data := range map[string][]byte{
		"nothing":                       nil,
		"half a header":                 report[:3],
		"another version":               with(0, 1<<6|1),
		"more blocks than there are":    with(0, ofVersion|2),
		"a sender's without its part":   with(1, senderReport),
		"shorter than it says":          report[:len(report)-4],
		"longer than the datagram":      with(3, 200),
		"led by a description":          rtcpData(t, rtcp.NewCNAMESourceDescription(1, "far@end")),
		"a report of no bytes":          {ofVersion, receiverReport, 0, 0},
		"followed by three bytes":       append(slices.Clone(report), 0, 0, 0),
		"followed by another version":   append(slices.Clone(report), 0, goodbye, 0, 0),
		"a farewell of whom it forgets": append(slices.Clone(report), ofVersion|1, goodbye, 0, 0),
	} {
		if compound(data).valid(2) {
			t.Errorf("%s is taken", name)
		}
	}
}

// What others can read is read here, and the same.
func FuzzCompound(f *testing.F) {
	sr := &rtcp.SenderReport{SSRC: 1, NTPTime: 99, Reports: []rtcp.ReceptionReport{{SSRC: 2, TotalLost: 1<<24 - 1}}}
	f.Add(rtcpData(f, sr, rtcp.NewCNAMESourceDescription(1, "far@end")))
	f.Add(rtcpData(f, &rtcp.ReceiverReport{SSRC: 1}, &rtcp.Goodbye{Sources: []uint32{1}, Reason: "tired"}))
	f.Fuzz(func(t *testing.T, data []byte) {
		c := compound(data)
		valid := c.valid(0)
		packets, err := rtcp.Unmarshal(data)
		if err != nil {
			return
		}
		led := false
		switch p := packets[0].(type) {
		case *rtcp.SenderReport:
			led = p.SSRC != 0
		case *rtcp.ReceiverReport:
			led = p.SSRC != 0
		}
		if led != valid {
			t.Fatalf("%v is valid: %v", packets, valid)
		}
		if !valid {
			return
		}
		blocks, sent := gathered(c)
		if want, wantSent := witnessed(packets); !reflect.DeepEqual(blocks, want) || !reflect.DeepEqual(sent, wantSent) {
			t.Fatalf("%v, %v, want %v, %v", blocks, sent, want, wantSent)
		}
	})
}
