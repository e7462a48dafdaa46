package forward

import (
	"encoding/binary"
	"net/netip"
)

const (
	etherSize = 14
	udpSize   = 8
	rtpSize   = 12
)

// specimen is the next packet that a run expects.
func (r *Run) specimen() []byte {
	return r.packet(r.Remote, r.Local, 64, r.Type, r.Sequence+1, r.Stamp+r.Span, r.Source)
}

// forwarded is what must become of it.
func (r *Run) forwarded() []byte {
	return r.packet(r.From, r.To, 63, r.OutType, r.Sequence+1+r.SequenceShift, r.Stamp+r.Span+r.StampShift, r.OutSource)
}

// packet makes a frame of Ethernet with RTP in it.
func (r *Run) packet(from, to netip.AddrPort, hops, kind uint8, seq uint16, stamp, source uint32) []byte {
	rtp := make([]byte, rtpSize+int(r.Size))
	rtp[0], rtp[1] = 0x80, kind
	binary.BigEndian.PutUint16(rtp[2:], seq)
	binary.BigEndian.PutUint32(rtp[4:], stamp)
	binary.BigEndian.PutUint32(rtp[8:], source)
	for i := range rtp[rtpSize:] {
		rtp[rtpSize+i] = byte(i)
	}
	frame := make([]byte, etherSize, etherSize+60+len(rtp))
	udp := binary.BigEndian.AppendUint16(nil, from.Port())
	udp = binary.BigEndian.AppendUint16(udp, to.Port())
	udp = binary.BigEndian.AppendUint16(udp, uint16(udpSize+len(rtp)))
	udp = append(append(udp, 0, 0), rtp...)
	pseudo := append(append(from.Addr().AsSlice(), to.Addr().AsSlice()...), 0, 17)
	pseudo = binary.BigEndian.AppendUint16(pseudo, uint16(len(udp)))
	binary.BigEndian.PutUint16(udp[6:], checksum(append(pseudo, udp...)))
	if from.Addr().Is4() {
		binary.BigEndian.PutUint16(frame[12:], 0x0800)
		ip := []byte{0x45, 0, 0, 0, 0, 0, 0x40, 0, hops, 17, 0, 0}
		binary.BigEndian.PutUint16(ip[2:], uint16(20+len(udp)))
		ip = append(append(ip, from.Addr().AsSlice()...), to.Addr().AsSlice()...)
		binary.BigEndian.PutUint16(ip[10:], checksum(ip))
		frame = append(frame, ip...)
	} else {
		binary.BigEndian.PutUint16(frame[12:], 0x86dd)
		ip := []byte{0x60, 0, 0, 0, 0, 0, 17, hops}
		binary.BigEndian.PutUint16(ip[4:], uint16(len(udp)))
		frame = append(append(append(frame, ip...), from.Addr().AsSlice()...), to.Addr().AsSlice()...)
	}
	return append(frame, udp...)
}

// checksum is the Internet checksum (RFC 1071); 0 is sent as all ones, as UDP wants.
func checksum(b []byte) uint16 {
	var sum uint32
	for ; len(b) > 1; b = b[2:] {
		sum += uint32(binary.BigEndian.Uint16(b))
	}
	if len(b) == 1 {
		sum += uint32(b[0]) << 8
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	if c := ^uint16(sum); c != 0 {
		return c
	}
	return 0xffff
}
