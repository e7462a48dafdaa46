package media

import "time"

// AskKey asks for a key, without words: a pair of rising notes, twice, as devices
// do that wait for somebody.
func AskKey() *Sound { return newSound(ask(660, 880).pcm(), false) }

// AskWord asks for a word in the same way, with falling notes.
func AskWord() *Sound { return newSound(ask(880, 660).pcm(), false) }

// ask is a pair of notes, twice, in 1.4 s.
func ask(first, second float64) mix {
	const note, turn = 200 * time.Millisecond, 700 * time.Millisecond
	m := newMix(2 * turn)
	for start := time.Duration(0); start < 2*turn; start += turn {
		m.add(first, chimeLevel, start, note, 0.2, edges(note))
		m.add(second, chimeLevel, start+note, note, 0.2, edges(note))
	}
	return m
}

// PleaseWait tells a caller that his call goes on: a soft chime every four seconds.
func PleaseWait() *Sound {
	const turn, note = 4 * time.Second, 1200 * time.Millisecond
	m := newMix(turn)
	m.add(659.25, chimeLevel/2, 0, note, 0.3, bell)
	m.add(523.25, chimeLevel/2, 400*time.Millisecond, note, 0.3, bell)
	return newSound(m.pcm(), true)
}
