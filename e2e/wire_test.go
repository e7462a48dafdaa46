//go:build linux

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// wire is what goes over loopback at the ports of one test: dumpcap sees it,
// the test may wait for a packet, and tshark judges the whole at the end.
type wire struct {
	*peer
	packets *journal[packet]
	sip     []int
	path    string // of the capture
	mark    *net.UDPConn
	read    chan struct{} // closed when the capture is read to its end
	err     error         // of reading; valid once read is closed
	judged  bool          // by wellFormed
	sealed  bool          // RTP and RTCP are encrypted, whatever tshark takes them for
}

// packet is one UDP datagram. at is the kernel's own time stamp.
type packet struct {
	at       time.Time
	from, to netip.AddrPort
	payload  []byte
}

// String is the packet in a line.
func (k packet) String() string {
	first, _, _ := bytes.Cut(k.payload, []byte("\r\n"))
	return fmt.Sprintf("%s %s > %s %d bytes %.60q", k.at.Format("05.000000"), k.from, k.to, len(k.payload), first)
}

// watch starts a capture of some SIP ports and spans of media ports. It returns
// when packets are being seen.
func watch(t testing.TB, sip []int, media ...span) *wire {
	t.Helper()
	dumpcap := locate(t, "dumpcap")
	locate(t, "tshark")
	mark, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	ports := []string{fmt.Sprintf("port %d", mark.LocalAddr().(*net.UDPAddr).Port)}
	for _, port := range sip {
		ports = append(ports, fmt.Sprintf("port %d", port))
	}
	for _, s := range media {
		ports = append(ports, "portrange "+s.String())
	}
	w := &wire{packets: newJournal[packet](), sip: sip, mark: mark, read: make(chan struct{}),
		path: filepath.Join(t.ArtifactDir(), "wire.pcap")}
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(dumpcap, "-q", "-i", "lo", "-P", "-B", "16", "-w", "-",
		"-f", "udp and ("+strings.Join(ports, " or ")+")")
	cmd.Stdout = in
	w.peer = launch(t, "dumpcap", cmd)
	in.Close()
	go func() {
		defer close(w.read)
		w.err = w.follow(out)
	}()
	t.Cleanup(func() {
		w.kill()
		out.Close()
		<-w.read
		mark.Close()
		if !w.judged {
			w.wellFormed(t)
		}
	})
	w.flush(t)
	return w
}

// flush sends a packet of the test's own until the capture has seen it: then
// the capture is running, and all that was sent before has been seen.
func (w *wire) flush(t testing.TB) {
	t.Helper()
	token := "mark " + strconv.FormatInt(time.Now().UnixNano(), 10)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline) && !w.ended(); {
		if _, err := w.mark.WriteTo([]byte(token), w.mark.LocalAddr()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		_, _, err := w.packets.next(ctx, 0, func(k packet) bool { return string(k.payload) == token })
		cancel()
		if err == nil {
			return
		}
	}
	t.Fatalf("dumpcap sees nothing on loopback; without root it needs CAP_NET_RAW, which `make peers` gives it\n%s", w.said.tail(10))
}

// stop ends the capture; what went over the wire before is in it.
func (w *wire) stop(t testing.TB) {
	t.Helper()
	w.flush(t)
	w.peer.stop(syscall.SIGINT)
	<-w.read
	if w.err != nil {
		t.Fatalf("the capture can not be read: %v", w.err)
	}
}

// follow reads the classic capture format (magic, version, link type, then
// records) with Ethernet frames, and copies all but the test's own marks to a
// file for tshark.
func (w *wire) follow(r io.Reader) error {
	file, err := os.Create(w.path)
	if err != nil {
		return err
	}
	defer file.Close()
	buffered := bufio.NewReaderSize(r, 1<<16)
	head := make([]byte, 24)
	if _, err := io.ReadFull(buffered, head); err != nil {
		return ended(err)
	}
	unit := time.Microsecond
	switch binary.LittleEndian.Uint32(head) {
	case 0xa1b2c3d4:
	case 0xa1b23c4d:
		unit = time.Nanosecond
	default:
		return fmt.Errorf("unknown capture format %x", head[:4])
	}
	if _, err := file.Write(head); err != nil {
		return err
	}
	marks := w.mark.LocalAddr().(*net.UDPAddr).AddrPort()
	for {
		record := make([]byte, 16)
		if _, err := io.ReadFull(buffered, record); err != nil {
			return ended(err)
		}
		le := binary.LittleEndian
		at := time.Unix(int64(le.Uint32(record)), int64(le.Uint32(record[4:]))*int64(unit))
		frame := make([]byte, le.Uint32(record[8:]))
		if _, err := io.ReadFull(buffered, frame); err != nil {
			return ended(err)
		}
		k, ok := datagram(frame)
		if !ok {
			continue
		}
		if k.to != marks {
			if _, err := file.Write(append(record, frame...)); err != nil {
				return err
			}
		}
		k.at = at
		w.packets.add(k)
	}
}

// ended takes the end of the capture for what it is. A record cut short is the
// last one of a capture that was killed.
func ended(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil
	}
	return err
}

// datagram reads Ethernet and what is in it.
func datagram(frame []byte) (packet, bool) {
	if len(frame) < 14+20+8 || binary.BigEndian.Uint16(frame[12:]) != 0x0800 {
		return packet{}, false
	}
	return udp(frame[14:])
}

// udp reads IPv4 and UDP.
func udp(ip []byte) (packet, bool) {
	if len(ip) < 20 || ip[0]>>4 != 4 {
		return packet{}, false
	}
	header := int(ip[0]&0x0f) * 4
	if ip[9] != syscall.IPPROTO_UDP || len(ip) < header+8 {
		return packet{}, false
	}
	segment := ip[header:]
	be := binary.BigEndian
	return packet{
		from:    netip.AddrPortFrom(netip.AddrFrom4([4]byte(ip[12:16])), be.Uint16(segment)),
		to:      netip.AddrPortFrom(netip.AddrFrom4([4]byte(ip[16:20])), be.Uint16(segment[2:])),
		payload: segment[8:],
	}, true
}

// rtp is a packet read as RFC 3550 section 5.1 says.
type rtp struct {
	at        time.Time
	ssrc      uint32
	seq       uint16
	timestamp uint32
	kind      byte
	audio     []byte
}

// rtp reads the packet; ok is false for RTCP (RFC 5761 section 4) and all else.
func (k packet) rtp() (p rtp, ok bool) {
	b := k.payload
	if len(b) < 12 || b[0]>>6 != 2 || b[1] >= 192 && b[1] <= 223 {
		return rtp{}, false
	}
	skip := 12 + 4*int(b[0]&0x0f)
	if b[0]&0x10 != 0 && len(b) >= skip+4 {
		skip += 4 + 4*int(binary.BigEndian.Uint16(b[skip+2:]))
	}
	if len(b) < skip {
		return rtp{}, false
	}
	be := binary.BigEndian
	return rtp{at: k.at, ssrc: be.Uint32(b[8:]), seq: be.Uint16(b[2:]), timestamp: be.Uint32(b[4:]), kind: b[1] & 0x7f, audio: b[skip:]}, true
}

// hears tells whether a packet of G.711 µ-law holds the tone.
func (p rtp) hears(hertz float64) bool { return p.kind == 0 && hears(decode(p.audio), hertz) }

// awaitTone waits until a tone went over the wire in n packets that match.
func (w *wire) awaitTone(t testing.TB, what string, hertz float64, n int, match func(packet) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	from := 0
	for i := range n {
		next, _, err := w.packets.next(ctx, from, func(k packet) bool {
			if !match(k) {
				return false
			}
			p, ok := k.rtp()
			return ok && p.hears(hertz)
		})
		if err != nil {
			t.Fatalf("on the wire in %d packets, not in %d: %s", i, n, what)
		}
		from = next
	}
}

// stream gives the RTP packets that match, in the order of the wire.
func (w *wire) stream(match func(packet) bool) []rtp {
	var stream []rtp
	for _, k := range w.packets.all(match) {
		if p, ok := k.rtp(); ok {
			stream = append(stream, p)
		}
	}
	return stream
}

// to matches what goes to a span of media ports, or to one port of it.
func (s span) to(k packet) bool { return s.has(k.to.Port()) }

// unbroken holds one RTP stream to what a receiver wants of it: one source, no
// gap and no repetition in its sequence, timestamps that go on, and keep step
// with the clock, whoever is being forwarded, and no silence on the wire.
func unbroken(t testing.TB, name string, stream []rtp) {
	t.Helper()
	unbrokenAt(t, name, stream, sampleRate)
}

// unbrokenAt is unbroken for a codec with another clock.
func unbrokenAt(t testing.TB, name string, stream []rtp, clock time.Duration) {
	t.Helper()
	if len(stream) < 2 {
		t.Errorf("%s: %d packets", name, len(stream))
		return
	}
	first, last := stream[0], stream[0]
	var longest time.Duration
	for i, p := range stream[1:] {
		switch {
		case p.ssrc != first.ssrc:
			t.Errorf("%s: packet %d comes from another source, %08x and not %08x", name, i+1, p.ssrc, first.ssrc)
			return
		case p.seq != last.seq+1:
			t.Errorf("%s: packet %d has sequence %d after %d", name, i+1, p.seq, last.seq)
		case int32(p.timestamp-last.timestamp) <= 0:
			t.Errorf("%s: packet %d has timestamp %d after %d", name, i+1, p.timestamp, last.timestamp)
		}
		longest = max(longest, p.at.Sub(last.at))
		last = p
	}
	drift := time.Duration(last.timestamp-first.timestamp)*time.Second/clock - last.at.Sub(first.at)
	t.Logf("%s: %d packets in %.1f s, longest wait %d ms, timestamps off the clock by %d ms", name, len(stream),
		last.at.Sub(first.at).Seconds(), longest.Milliseconds(), drift.Milliseconds())
	// Bridges must not add up: a receiver that plays by the timestamps would fall
	// behind by as much.
	if drift.Abs() > 150*time.Millisecond {
		t.Errorf("%s: timestamps are off the clock by %v", name, drift)
	}
	if longest > 500*time.Millisecond {
		t.Errorf("%s: nothing for %v", name, longest)
	}
}

// fields asks tshark for some fields of the packets that pass its filter: a row
// a packet.
func (w *wire) fields(t testing.TB, filter string, names ...string) [][]string {
	t.Helper()
	args := []string{"-n", "-r", w.path, "-Y", filter, "-T", "fields", "-E", "separator=/t", "-E", "occurrence=f"}
	for _, port := range w.sip {
		args = append(args, "-d", fmt.Sprintf("udp.port==%d,sip", port))
	}
	for _, name := range names {
		args = append(args, "-e", name)
	}
	var out, errs bytes.Buffer
	cmd := exec.Command(locate(t, "tshark"), args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("tshark: %v\n%s", err, errs.String())
	}
	var rows [][]string
	for line := range strings.Lines(out.String()) {
		rows = append(rows, strings.Split(strings.TrimRight(line, "\n"), "\t"))
	}
	return rows
}

// faults is what tshark may not find in a capture: packets that do not end where
// they should, and errors in what we and our peers say. Its warnings and notes
// (a retransmission, an unusual port) are no faults.
const faults = `_ws.malformed || (_ws.expert.severity == "Error" && (sip || sdp || rtp || rtcp || rtpevent || stun))`

// wellFormed holds that tshark finds no fault in the capture. Every capture is held
// to it, at the latest when its test ends.
func (w *wire) wellFormed(t testing.TB) {
	t.Helper()
	w.judged = true
	filter := faults
	if w.sealed {
		filter = "sip && (" + faults + ")"
	}
	for _, row := range w.fields(t, filter, "frame.number", "udp.srcport", "udp.dstport", "_ws.expert.message") {
		t.Errorf("malformed packet: %q", row)
	}
}

// TestTsharkSeesFaults: of three messages tshark finds fault with the two that have one.
func TestTsharkSeesFaults(t *testing.T) {
	t.Parallel()
	to := freePort(t)
	w := watch(t, []int{to})
	const offer = "INVITE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1\r\nContent-Type: application/sdp\r\n\r\nv=0\r\no=x 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
	for _, text := range []string{
		offer + "m=audio 4000 RTP/AVP 0\r\n",
		offer + "m=audio 99999 RTP/AVP 0\r\n",
		offer + "m=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc\r\n",
	} {
		if _, err := w.mark.WriteTo([]byte(text), &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: to}); err != nil {
			t.Fatal(err)
		}
	}
	w.stop(t)
	w.judged = true
	if rows := w.fields(t, faults, "frame.number", "_ws.expert.message"); len(rows) != 2 || rows[0][0] != "2" {
		t.Errorf("tshark finds fault with %q", rows)
	}
}

// requests gives the distinct requests of a method that went to a port: the
// same branch again is a retransmission (RFC 3261 section 17.1).
func (w *wire) requests(t testing.TB, method string, port int) []time.Time {
	t.Helper()
	var times []time.Time
	seen := make(map[string]bool)
	for _, row := range w.fields(t, fmt.Sprintf(`sip.Method == "%s" && udp.dstport == %d`, method, port), "frame.time_epoch", "sip.Via.branch") {
		if !seen[row[1]] {
			seen[row[1]] = true
			times = append(times, epoch(t, row[0]))
		}
	}
	return times
}

// answer is the first 200 OK to an INVITE.
type answer struct {
	at     time.Time
	number string
	media  uint16    // the port that the answerer wants RTP at
	until  time.Time // the next answer that gives this port, for sipp uses a port again at once
}

// hears matches what is sent to the one who answered.
func (a answer) hears(k packet) bool {
	return k.to.Port() == a.media && !k.at.Before(a.at) && k.at.Before(a.until)
}

// answers gives the answers that came from a port.
func (w *wire) answers(t testing.TB, port int) []answer {
	t.Helper()
	var answers []answer
	seen := make(map[string]bool)
	latest := make(map[uint16]int) // by port
	filter := fmt.Sprintf(`sip.Status-Code == 200 && sip.CSeq.method == "INVITE" && udp.srcport == %d`, port)
	for _, row := range w.fields(t, filter, "frame.time_epoch", "sip.Call-ID", "sip.to.user", "sdp.media.port") {
		if seen[row[1]] {
			continue
		}
		seen[row[1]] = true
		media, err := strconv.ParseUint(row[3], 10, 16)
		if err != nil {
			t.Fatalf("tshark finds no media port in the answer of %s: %q", row[2], row)
		}
		a := answer{at: epoch(t, row[0]), number: row[2], media: uint16(media), until: time.Unix(1<<40, 0)}
		if i, again := latest[a.media]; again {
			answers[i].until = a.at
		}
		latest[a.media] = len(answers)
		answers = append(answers, a)
	}
	return answers
}

// first gives the first packet at or after a time that matches and holds a tone;
// ok is false when there is none.
func (w *wire) first(after time.Time, hertz float64, match func(packet) bool) (rtp, bool) {
	for _, p := range w.stream(match) {
		if !p.at.Before(after) && p.hears(hertz) {
			return p, true
		}
	}
	return rtp{}, false
}

// epoch reads tshark's seconds since 1970 without losing digits.
func epoch(t testing.TB, s string) time.Time {
	t.Helper()
	whole, part, _ := strings.Cut(s, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		t.Fatalf("tshark gives %q for a time", s)
	}
	nanos, _ := strconv.ParseInt((part + "000000000")[:9], 10, 64)
	return time.Unix(seconds, nanos)
}

// awaitPacket waits until something was captured that is later than a moment:
// then everything before it was captured too.
func (w *wire) awaitPacket(t testing.TB, after time.Time) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if _, _, err := w.packets.next(ctx, 0, func(k packet) bool { return k.at.After(after) }); err != nil {
		t.Fatal("nothing more was captured")
	}
}
