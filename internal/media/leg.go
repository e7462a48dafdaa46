package media

import (
	"math/rand/v2"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// patience is how long a bridged partner may deliver nothing before silence
	// takes its place.
	patience = 200 * time.Millisecond
	// newestSize bounds the frame that is kept for priming: 40 ms of G.711.
	newestSize = 320
	// nothing is what a leg takes as it is that has something laid over all.
	nothing = -1
)

// Format is what SDP agreed; it may change in mid-call (re-INVITE).
type Format struct {
	// Codec is what is spoken on the wire, both ways.
	Codec Codec
	// Payload is the RTP payload type of Codec in this session.
	Payload uint8
	// Events is the payload type of telephone-event (RFC 4733); 0 is none. They
	// last in ticks of 8000 a second, or of 48000 if they are Fine.
	Events uint8
	Fine   bool
	// Inband finds key presses in the voice, where Events is 0.
	Inband bool
	// Remote is where SDP says to send RTP. Packets are sent there until some
	// come, and then to where they come from (RFC 4961). An unspecified address
	// or port 0 sends nothing until then.
	Remote netip.AddrPort
	// RemoteControl is where RTCP goes. The zero value is the port after
	// Remote's; Remote itself is rtcp-mux (RFC 5761).
	RemoteControl netip.AddrPort
	// Near protects what is sent, Far what is received (SRTP, RFC 3711); both are of
	// one suite. Zero is RTP in clear. Once agreed, what is not protected so is
	// refused. A key that stays the same from one format to the next goes on in use.
	Near, Far Key
	// Idle is what is sent while nothing is to be heard.
	Idle Idle
	// Send and Receive are the direction, from our side. Without Send nothing
	// goes out but RTCP; without Receive what comes in is counted and dropped.
	Send, Receive bool
}

// kind is what a packet carries.
type kind uint8

const (
	speech kind = iota
	keypress
	comfort
)

// voice is a packet on its way from one leg to the other, with what the first
// knows about it.
type voice struct {
	packet
	kind  kind
	codec Codec
	span  int64   // how long it lasts in samples at 8 kHz; 0 is no voice
	pcm   []int16 // what it says, if it is in no law and somebody needs it
	muted bool
	at    time.Duration // of its arrival
}

// Leg is one RTP session with one far end. Its methods may be called from any
// goroutine.
type Leg struct {
	plane   *Plane
	wire    wire
	control wire
	address netip.AddrPort
	turn    turn
	takes   atomic.Int32 // the codec of packets that are sent on as they are
	asleep  atomic.Bool  // the kernel carries all of it, and nothing is to be done before the next pulse

	mu     sync.Mutex // guards all that follows; a leaf
	closed bool
	agreed bool
	format Format
	latch  latch
	muted  bool
	digits func(byte)
	keypad keypad
	ears   []*ear // beside the partner of bridge
	clock  clock
	wide   *wideband  // of G.722
	opus   *opusVoice // of Opus
	inband *inband    // nil if no keys are to be found in the voice
	// listening makes something of what is said; nil: nobody does.
	listening *listening

	// In.
	reception reception
	refused   uint64
	forged    uint64 // of them
	newest    newest
	reports   reports

	// Out.
	stream  stream
	rolled  rollover
	seals   *seals // nil before the first key
	ssrc    uint32
	packets uint64
	octets  uint64
	out     [headerSize + frame]byte

	// The source of what goes out: digits, else the sound, else the bridge or the
	// conference, else silence. There is a bridge, or a seat in a conference, or
	// neither.
	dialing dialing
	sound   *Sound
	played  int // frames of it
	done    func(whole bool)
	bridge  *bridge
	seat    *seat
	unheard bool          // nothing of bridge was sent yet
	cue     cue           // laid over what the partner says
	feeding *bridge       // whose packets the stream follows; nil: our own
	relayed time.Duration // the last of them

	carried crossing // what the kernel has of all this
}

// newest is the newest frame that was received, for priming.
type newest struct {
	packet packet
	from   netip.AddrPort
	at     time.Duration
	taken  bool // it was forwarded, or there is none
	room   [headerSize + newestSize]byte
}

func newLeg(p *Plane, voice, control wire, address netip.AddrPort) *Leg {
	l := &Leg{plane: p, wire: voice, control: control, address: address, ssrc: rand.Uint32()}
	// Half the numbers, so that a far end that misses the first packets does not miss
	// the first rollover with them (RFC 3711 section 3.3.1).
	l.stream.seq, l.stream.ts = uint16(rand.Uint32N(1<<15)), rand.Uint32()
	l.clock.tick = 1
	l.newest.taken = true
	return l
}

// Address is the local RTP address, for our SDP.
func (l *Leg) Address() netip.AddrPort { return l.address }

// Agree starts the leg's media, or changes it. A changed Remote opens the leg
// for packets from anywhere, until the first.
func (l *Leg) Agree(f Format) {
	now := l.plane.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	l.recall()
	l.latch.tell(f.Remote)
	l.tie(now)
	l.reports.agree(f, !l.agreed, now)
	l.rekey(f.Near, f.Far)
	if !l.agreed && (l.newest.from != l.latch.told || l.secure() || f.Codec == Opus) {
		l.newest.taken = true
	}
	l.remember(f.Codec)
	if l.clock.set(f.Codec.tick(), l.stream.ts) {
		l.reception.timed = false // a leap of the clock is no jitter
	}
	if finds := f.Inband && f.Events == 0; finds != (l.inband != nil) {
		if l.inband = nil; finds {
			l.inband = new(inband)
		}
	}
	l.format, l.agreed = f, true
	l.settle()
}

// Mute keeps what this leg says from everyone: its partner gets silence instead,
// conferences and recordings nothing. Digits are told all the same.
func (l *Leg) Mute(on bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.recallIn()
	l.muted = on
}

// Digits sets who hears of key presses (RFC 4733) of the far end, once each:
// 0 to 9, *, #, A to D. Set it before Agree; digit must not block. The events
// still cross a bridge, and are not heard in a conference. Where the far end sends no
// events, Format.Inband finds the keys' tones in what it says, which everyone hears.
func (l *Leg) Digits(digit func(digit byte)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.digits = digit
}

// Play sends a sound once, or for ever if it loops, and goes back after it to
// the partner or the conference if there is one, else to silence. The sound that
// was playing ends; nil only ends it. done, which may be nil, is called once, when
// the sound has ended for whatever reason, a new bridge or conference included, and
// told whether all of it was played; it must not block. Before Agree the sound waits.
func (l *Leg) Play(s *Sound, done func(whole bool)) {
	l.mu.Lock()
	l.recallOut()
	former := l.endSound()
	playing := !l.closed && s != nil && s.frames() > 0
	if playing {
		l.sound, l.played, l.done = s, 0, done
	}
	l.mu.Unlock()
	if former != nil {
		former(false)
	}
	if !playing && done != nil {
		done(false)
	}
}

// endSound forgets the sound; its done, if not nil, must be called once mu is
// free.
func (l *Leg) endSound() (done func(whole bool)) {
	done = l.done
	l.sound, l.done, l.played = nil, nil, 0
	return done
}

// arrival is a packet that was taken, and what is to be done with it once the mutex of
// its leg is free.
type arrival struct {
	voice  voice
	over   *bridge // to be forwarded over it; nil: it is not
	digit  byte    // 0: none was pressed
	digits func(byte)
}

// receive takes a datagram from the RTP socket; its memory is free to be
// overwritten. It is the first step across the bridge.
func (l *Leg) receive(data []byte, from netip.AddrPort) {
	var a arrival
	l.mu.Lock()
	if !l.closed {
		l.arrive(data, from, &a)
	}
	l.mu.Unlock()
	a.pass(l)
}

// arrive takes a datagram of an open leg. The caller holds mu.
func (l *Leg) arrive(data []byte, from netip.AddrPort, a *arrival) {
	now := l.plane.now()
	*a = arrival{}
	if isControl(data) {
		l.arriveControl(data, from, now)
		return
	}
	l.interrupt(from)
	data, err := l.unseal(data)
	if err == nil {
		a.voice.packet, err = parse(data)
	}
	if err != nil {
		l.refused++
		return
	}
	a.voice.at = now
	a.over, a.digit = l.take(&a.voice, from)
	a.digits = l.digits
}

// pass tells of the key, and forwards the packet.
func (a *arrival) pass(l *Leg) {
	if a.digit != 0 && a.digits != nil {
		a.digits(a.digit)
	}
	if a.over != nil {
		a.over.other(l).forward(a.over, &a.voice)
	}
}

// take checks and counts a packet. It gives the bridge to forward it over, if
// any, and the key whose press it begins. The caller holds mu.
func (l *Leg) take(v *voice, from netip.AddrPort) (*bridge, byte) {
	if !l.agreed {
		// Early: what it is will be known when something is agreed.
		l.keep(v, from, false)
		return nil, 0
	}
	if !l.classify(v) || v.ssrc == l.ssrc || !l.latch.accept(from, v.at) {
		l.refused++
		return nil, 0
	}
	v.ts = l.clock.in(v.ts)
	l.reception.take(&v.packet, v.span, v.at)
	if !l.format.Receive {
		return nil, 0
	}
	br := l.bridge
	if !br.isOpen() {
		br = nil
	}
	v.muted = l.muted
	switch v.kind {
	case speech:
		l.keep(v, from, br != nil)
		if !v.codec.isLaw() && l.wanted(br) {
			v.pcm = l.decode(nil, v)
		}
		if !l.muted {
			l.tell(v)
		}
		if l.listening != nil {
			l.listen(v)
		}
		if l.inband != nil {
			return br, l.overhear(v)
		}
	case keypress:
		if l.format.Fine {
			lastedIn(v.body())
		}
		return br, l.keypad.press(&v.packet, v.at)
	}
	return br, 0
}

// classify tells what a packet carries, and how long it lasts; false is nothing that was
// agreed.
func (l *Leg) classify(v *voice) bool {
	switch {
	case v.payload == l.format.Payload:
		v.kind, v.codec = speech, l.format.Codec
		v.span = v.lasts()
		return v.span > 0
	case v.payload == l.format.Events && l.format.Events != 0:
		v.kind = keypress
	case v.payload == comfortNoise:
		v.kind = comfort
	default:
		return false
	}
	return true
}

// keep remembers the newest frame.
func (l *Leg) keep(v *voice, from netip.AddrPort, taken bool) {
	n := &l.newest
	body := v.body()
	n.taken = taken || len(body) > newestSize
	if n.taken {
		return
	}
	n.packet, n.from, n.at = v.packet, from, v.at
	n.packet.start = headerSize
	n.packet.data = n.room[:headerSize+copy(n.room[headerSize:], body)]
}

// takeNewest gives the newest frame, copied to room, unless it is old, was
// forwarded already, or must not be heard; with its samples if they are wanted.
func (l *Leg) takeNewest(br *bridge, room []byte, pcm []int16, now time.Duration) (voice, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := &l.newest
	if !l.agreed || !l.format.Receive || l.muted || n.taken || n.packet.payload != l.format.Payload || now-n.at > fresh {
		return voice{}, false
	}
	n.taken = true
	v := voice{packet: n.packet, kind: speech, codec: l.format.Codec, at: n.at}
	v.data = room[:copy(room, n.packet.data)]
	v.span = v.lasts()
	if !v.codec.isLaw() && br.other(l).alters(v.codec) {
		v.pcm = l.decode(pcm, &v)
	}
	return v, true
}

// dozes implements [clocked].
func (l *Leg) dozes() bool { return l.asleep.Load() }

// tick makes the audio that is due on this leg, and the report.
func (l *Leg) tick(now time.Duration) {
	l.mu.Lock()
	offers := l.attend(now)
	done := l.speak(now)
	tell := l.ask(now)
	l.report(now)
	l.tie(now)
	l.mu.Unlock()
	if offers {
		l.plane.kernel.offer(l)
	}
	if tell != nil {
		tell()
	}
	if done != nil {
		done(true)
	}
}

// speak sends a frame of a digit, of the sound or of what an idle leg is sent, unless the partner
// or the conference speaks. It gives what is to be called when a sound has ended.
// The caller holds mu.
func (l *Leg) speak(now time.Duration) (done func(whole bool)) {
	if l.closed || !l.agreed {
		return nil
	}
	if l.dial(now) || l.sound == nil && l.seat.isOpen() {
		return nil
	}
	if l.sound == nil && l.bridge != nil && l.feeding == l.bridge && now-l.relayed < patience {
		return nil
	}
	if l.sound == nil && l.stream.early(now) {
		return nil
	}
	if l.sound == nil && l.format.Idle != FullRate {
		l.sparse(now)
		return nil
	}
	body, size, begins := l.out[headerSize:], 0, false
	if l.sound == nil {
		size = l.hush(body)
	} else {
		begins = l.played == 0
		size = l.sing(body, l.sound, l.played%l.sound.frames())
		l.played++
		if l.played == l.sound.frames() && !l.sound.loops {
			done = l.endSound()
		}
	}
	l.feeding = nil
	if l.speaks() {
		l.send(l.stream.generate(begins, now), l.format.Payload, l.out[:headerSize+size])
	}
	return done
}

// tie has the system keep strangers out while only one may be heard. The caller holds mu.
func (l *Leg) tie(now time.Duration) {
	if w, can := l.wire.(tying); can && !l.closed {
		w.tie(l.latch.settled(now))
	}
}

// speaks tells whether the leg may send voice, and knows where to.
func (l *Leg) speaks() bool {
	return !l.closed && l.agreed && l.format.Send && l.latch.remote().IsValid()
}

// send puts a header to the first bytes of packet and sends it; the rest is the
// payload. The caller holds mu: packets leave in the order of their numbers.
func (l *Leg) send(h header, payload uint8, packet []byte) bool {
	h.ts = l.clock.out(h.ts)
	h.put(packet, payload, l.ssrc)
	l.rolled.pass(h.seq)
	datagram := packet
	if l.secure() {
		var err error
		if datagram, err = l.seals.seal(packet); err != nil {
			return false
		}
	}
	if _, err := l.wire.WriteToUDPAddrPort(datagram, l.latch.remote()); err != nil {
		return false
	}
	l.packets++
	l.octets += uint64(len(packet) - headerSize)
	return true
}

// Close ends the leg, its bridge or its place in a conference, and its sound, says goodbye in RTCP and gives
// the final figures. It is idempotent, and may be called from a callback.
func (l *Leg) Close() Stats {
	now := l.plane.now()
	l.mu.Lock()
	if l.closed {
		defer l.mu.Unlock()
		return l.stats()
	}
	l.recall()
	l.goodbye(now)
	l.closed = true
	l.wire.Close()
	l.control.Close()
	l.seat.end()
	br, done, stats := l.bridge, l.endSound(), l.stats()
	l.mu.Unlock()
	br.end()
	l.plane.leave(l)
	if done != nil {
		done(false)
	}
	return stats
}
