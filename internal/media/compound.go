package media

import (
	"encoding/binary"
	"net/netip"
	"strconv"
)

// The types of RTCP packets that are written or looked into (RFC 3550 section 12.1).
const (
	senderReport      = 200
	receiverReport    = 201
	sourceDescription = 202
	goodbye           = 203
)

const (
	// wordSize is the unit of RTCP: of lengths, of headers and of SSRCs.
	wordSize = 4
	// infoSize is what a sender report has beside a receiver report, aboutSize what
	// either has for each source (RFC 3550 section 6.4.1).
	infoSize, aboutSize = 20, 24
	// ofVersion begins each packet; the count of what is in it is added.
	ofVersion = 2 << 6
	// cnameItem names a source (RFC 3550 section 6.5.1).
	cnameItem = 1
)

// senderInfo is what a sender reports of its own stream (RFC 3550 section 6.4.1).
type senderInfo struct {
	ntp             uint64 // the time of the report, and
	ts              uint32 // what a time stamp would be then
	packets, octets uint32 // so far
}

// reportBlock is what a report says of one source (RFC 3550 section 6.4.1).
type reportBlock struct {
	ssrc     uint32
	fraction uint8 // of packets lost since the last report, in 1/256
	lost     int32 // packets so far, in 24 bits
	high     uint32
	jitter   uint32
	sender   uint32 // the time in the source's newest sender report, middle bits; 0: none came
	delay    uint32 // since that came, in 1/65536 s
}

// appendReport appends a report, a receiver's if info is nil, with a block about the one
// source that there is, unless about is nil.
func appendReport(to []byte, ssrc uint32, info *senderInfo, about *reportBlock) []byte {
	start, kind, count := len(to), byte(receiverReport), byte(0)
	if info != nil {
		kind = senderReport
	}
	if about != nil {
		count = 1
	}
	to = binary.BigEndian.AppendUint32(append(to, ofVersion|count, kind, 0, 0), ssrc)
	if info != nil {
		to = binary.BigEndian.AppendUint64(to, info.ntp)
		for _, word := range [...]uint32{info.ts, info.packets, info.octets} {
			to = binary.BigEndian.AppendUint32(to, word)
		}
	}
	if about != nil {
		lost := uint32(about.fraction)<<24 | uint32(about.lost)&0xffffff
		for _, word := range [...]uint32{about.ssrc, lost, about.high, about.jitter, about.sender, about.delay} {
			to = binary.BigEndian.AppendUint32(to, word)
		}
	}
	return measured(to, start)
}

// appendName appends the name of a source at a host, the same for its life (RFC 3550
// section 6.5.1).
func appendName(to []byte, ssrc uint32, host netip.Addr) []byte {
	start := len(to)
	to = binary.BigEndian.AppendUint32(append(to, ofVersion|1, sourceDescription, 0, 0), ssrc)
	to = append(to, cnameItem, 0)
	name := len(to)
	to = append(strconv.AppendUint(to, uint64(ssrc), 36), '@')
	to = host.AppendTo(to)
	to[name-1] = byte(len(to) - name)
	for range wordSize - (len(to)-start)%wordSize { // at least one, which ends the list
		to = append(to, 0)
	}
	return measured(to, start)
}

// appendGoodbye appends that a source sends no more (RFC 3550 section 6.6).
func appendGoodbye(to []byte, ssrc uint32) []byte {
	return binary.BigEndian.AppendUint32(append(to, ofVersion|1, goodbye, 0, 1), ssrc)
}

// measured writes the length of the packet that begins at start: words after the first.
func measured(packets []byte, start int) []byte {
	binary.BigEndian.PutUint16(packets[start+2:], uint16((len(packets)-start)/wordSize-1))
	return packets
}

// compound is packets of RTCP one after the other, as a datagram brings them (RFC 3550
// section 6.1).
type compound []byte

// controlPacket is one of them. What it has beyond what is read here, and padding, comes
// last and is passed over.
type controlPacket struct {
	kind  uint8
	count int // of blocks or sources
	body  []byte
}

// next takes the first packet off; false if it is none, or cut off.
func (c *compound) next() (controlPacket, bool) {
	b := *c
	if len(b) < wordSize || b[0]>>6 != ofVersion>>6 {
		return controlPacket{}, false
	}
	size := wordSize * (int(binary.BigEndian.Uint16(b[2:])) + 1)
	if size > len(b) {
		return controlPacket{}, false
	}
	*c = b[size:]
	p := controlPacket{b[1], int(b[0] & 0x1f), b[wordSize:size]}
	return p, len(p.body) >= p.needs()
}

// needs is how long the body must be for what the header says is in it.
func (p *controlPacket) needs() int {
	switch p.kind {
	case senderReport:
		return wordSize + infoSize + p.count*aboutSize
	case receiverReport:
		return wordSize + p.count*aboutSize
	case goodbye:
		return p.count * wordSize
	}
	return 0
}

// valid tells whether all packets are whole, and the first is a report (RFC 3550 appendix
// A.2) that is not our own come back.
func (c compound) valid(own uint32) bool {
	p, ok := c.next()
	if !ok || p.kind != senderReport && p.kind != receiverReport || p.source() == own {
		return false
	}
	for ok && len(c) > 0 {
		_, ok = c.next()
	}
	return ok
}

// source is who has made a report.
func (p *controlPacket) source() uint32 { return binary.BigEndian.Uint32(p.body) }

// sent is when a sender report was made, as NTP has it.
func (p *controlPacket) sent() uint64 { return binary.BigEndian.Uint64(p.body[wordSize:]) }

// blocks is how many blocks there are; none but in reports.
func (p *controlPacket) blocks() int {
	if p.kind == senderReport || p.kind == receiverReport {
		return p.count
	}
	return 0
}

// block is one of them.
func (p *controlPacket) block(i int) reportBlock {
	at := wordSize + i*aboutSize
	if p.kind == senderReport {
		at += infoSize
	}
	word := func(n int) uint32 { return binary.BigEndian.Uint32(p.body[at+n*wordSize:]) }
	return reportBlock{
		ssrc: word(0), fraction: p.body[at+wordSize], lost: int32(word(1)<<8) >> 8,
		high: word(2), jitter: word(3), sender: word(4), delay: word(5),
	}
}
