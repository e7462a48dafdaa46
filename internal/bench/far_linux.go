package bench

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// far is one far end.
type far struct {
	end     End
	number  uint16
	partner *far // nil: nobody
	port    *port
	near    netip.AddrPort // where it sends to
	target  sockaddr       // the same

	sending   sending
	receiving receiving
	counting  bool   // the partner's packets
	sent      uint64 // that count
	counts    Counts // but for Sent and Lost

	seq      uint16
	ts, ssrc uint32
	seal     *srtp.Context // nil: in clear
	unseal   *srtp.Context // what the relay seals
	direct   *srtp.Context // what the partner seals
	header   rtp.Header
}

// newFar makes a far end, which has no port yet.
func newFar(number int, end End) (*far, error) {
	f := &far{end: end, number: uint16(number)}
	var err error
	if f.seal, err = newContext(end.FarKey); err != nil {
		return nil, err
	}
	if f.unseal, err = newContext(end.NearKey); err != nil {
		return nil, err
	}
	return f, nil
}

func newContext(key []byte) (*srtp.Context, error) {
	const master, salt = 16, 12
	if len(key) == 0 {
		return nil, nil
	}
	if len(key) != master+salt {
		return nil, errors.New("a key of AEAD_AES_128_GCM has 28 bytes")
	}
	return srtp.CreateContext(key[:master], key[master:], srtp.ProtectionProfileAeadAes128Gcm)
}

// aim sends to an address from now on, listens to nobody else, and begins a new stream,
// whose SSRC ends with the far end's number.
func (f *far) aim(near netip.AddrPort) {
	if f.port.near[f.near] == f {
		delete(f.port.near, f.near)
	}
	f.near, f.port.near[near] = near, f
	f.target.set(near)
	// Half the numbers, so that SRTP's rollover counter is 0 at both ends (RFC 3711
	// section 3.3.1).
	f.seq, f.ts, f.ssrc = uint16(rand.Uint32N(1<<15)), rand.Uint32(), rand.Uint32()<<16|uint32(f.number)
}

// post makes a far end's next packet, stamped. It leaves with those of the same port.
func (w *worker) post(f *far, due time.Time) {
	b := w.outbox
	if b.port != f.port || b.count == together {
		w.flush()
		b.port = f.port
	}
	f.seq++
	f.ts += samples
	number := f.sending.next
	f.sending.next++
	f.sent++
	packet := w.packet[:]
	packet[0], packet[1] = 0x80, f.end.Payload
	binary.BigEndian.PutUint16(packet[2:], f.seq)
	binary.BigEndian.PutUint32(packet[4:], f.ts)
	binary.BigEndian.PutUint32(packet[8:], f.ssrc)
	w.laws.stamp(packet[headerSize:], f.end.Payload, f.number, number)
	to := b.packets[b.count][:]
	size := copy(to, packet)
	if f.seal != nil {
		if _, err := f.header.Unmarshal(packet); err != nil {
			return
		}
		secret, err := f.seal.EncryptRTP(to[:0], packet, &f.header)
		if err != nil {
			return
		}
		size = len(secret)
	}
	b.add(f, number, size, due)
}

// flush sends what was posted, and notes when.
func (w *worker) flush() {
	b := w.outbox
	if b.count == 0 {
		return
	}
	now := time.Now()
	at := now.UnixNano()
	for i, f := range b.senders[:b.count] {
		f.sending.at[b.numbers[i]%window] = at
		if !b.due[i].IsZero() {
			w.late.Add(now.Sub(b.due[i]))
		}
	}
	b.send()
}

// each takes all that has come to a port, with the far end that it is for.
func (w *worker) each(p *port, take func(f *far, packet []byte, at int64)) {
	b := w.inbox
	for {
		n := b.take(p.fd)
		for i := range n {
			packet := b.packets[i][:min(room, int(b.messages[i].length))]
			if f := w.meant(p, packet, &b.sources[i]); f != nil {
				take(f, packet, b.received(i))
			}
		}
		if n < gathered {
			return
		}
	}
}

// meant is for whom a packet is; nil is nobody, and for RTCP. A relay is known by where it
// sends from, far ends that send to each other by their SSRC.
func (w *worker) meant(p *port, packet []byte, from *sockaddr) *far {
	const control, beyond = 192, 224 // RTCP (RFC 5761 section 4)
	if len(packet) < headerSize || packet[0]>>6 != 2 || packet[1] >= control && packet[1] < beyond {
		return nil
	}
	if !w.direct {
		return p.near[from.get()]
	}
	number := int(binary.BigEndian.Uint32(packet[8:]) & 0xffff)
	if number >= len(w.all) {
		return nil
	}
	if partner := w.all[number].partner; partner != nil {
		return partner
	}
	return w.all[number]
}

// empty counts all that has come to a port.
func (w *worker) empty(p *port) { w.each(p, w.receive) }

// receive looks at a packet that has come for a far end.
func (w *worker) receive(f *far, packet []byte, at int64) {
	unseal, payload := f.unseal, f.end.Payload
	if w.direct && f.partner != nil {
		unseal, payload = f.direct, f.partner.end.Payload
	}
	if unseal != nil {
		var err error
		if packet, err = unseal.DecryptRTP(w.inbox.plain[:0], packet, &f.header); err != nil {
			f.counts.Strange++
			return
		}
	}
	end, n, stamped := w.laws.read(packet[headerSize:], payload)
	timely := at >= w.from && at < w.until
	if timely {
		f.receiving.follow(packet, &f.counts)
	}
	switch partner := stamped && int(end) == f.end.Partner; {
	case f.end.Kind == Talking && partner && packet[1]&0x7f == payload:
		if f.counting && f.receiving.take(n, &f.counts) {
			w.latency.Add(time.Duration(at - f.partner.sending.at[n%window]))
		}
	case !timely: // before or after, silence is in its place
	case f.end.Kind == Talking:
		f.counts.Strange++
	default:
		f.counts.Received++
		if f.end.Kind == Bridged && partner && end > f.number && len(w.heard) < cap(w.heard) {
			w.heard = append(w.heard, hearing{int(f.number), f.partner.sending.at[n%window], at})
		}
	}
}
