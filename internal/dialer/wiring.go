package dialer

import (
	"maps"
	"slices"

	"github.com/outdial/outdial/internal/call"
)

// Who hears whom follows from the state. After each input the floor works out
// what every leg that may be affected is to hear ([state.earOf]), and a wiring,
// which knows what the switch was told before, gives the orders that make the
// difference ([wiring.rearrange]). Nothing else orders audio, but for the bridge of
// an answered customer, which waits for nothing.

// ear is what a leg is to hear: other legs, in order, or a sound. The zero value
// has no say about it.
type ear struct {
	hears []call.LegID
	sound call.Sound
}

func (e ear) silent() bool { return len(e.hears) == 0 && (e.sound == "" || e.sound == call.Silence) }

// wire is what a leg hears by the orders given so far. In a conversation, or else
// in a bridge if it hears anybody.
type wire struct {
	ear
	conversation call.ConversationID
}

func (w wire) is(e ear) bool {
	return slices.Equal(w.hears, e.hears) && (w.sound == e.sound || w.silent() && e.silent())
}

// wiring is what the switch was told, leg by leg.
type wiring struct {
	legs map[call.LegID]wire
	open map[call.ConversationID]bool
	last call.ConversationID
	// line tells whether a leg leads to an agent's phone, which goes first in a bridge.
	line map[call.LegID]bool
}

func newWiring() wiring {
	return wiring{legs: map[call.LegID]wire{}, open: map[call.ConversationID]bool{}, line: map[call.LegID]bool{}}
}

// together are the legs that share a bridge or a conversation with one, itself
// left out.
func (w *wiring) together(leg call.LegID) []call.LegID {
	mine := w.legs[leg]
	if mine.conversation == 0 {
		return mine.hears
	}
	var list []call.LegID
	for other, theirs := range w.legs {
		if other != leg && theirs.conversation == mine.conversation {
			list = append(list, other)
		}
	}
	return list
}

// bridged notes a bridge: former bridges of both end.
func (w *wiring) bridged(a, b call.LegID) {
	w.leave(a)
	w.leave(b)
	w.legs[a], w.legs[b] = wire{ear: ear{hears: []call.LegID{b}}}, wire{ear: ear{hears: []call.LegID{a}}}
}

// leave takes a leg out of its bridge; the partner hears silence.
func (w *wiring) leave(leg call.LegID) {
	mine := w.legs[leg]
	if mine.conversation == 0 && len(mine.hears) == 1 {
		if p := mine.hears[0]; len(w.legs[p].hears) == 1 && w.legs[p].conversation == 0 {
			w.legs[p] = wire{ear: ear{sound: call.Silence}}
		}
	}
	delete(w.legs, leg)
}

// forget: a leg has ended.
func (w *wiring) forget(leg call.LegID) {
	delete(w.legs, leg)
	delete(w.line, leg)
}

// rearrange gives the orders that let legs hear what is wanted. Whoever is wanted
// to be heard must be in want as well. Sounds come first, then who speaks with
// whom; conversations that nobody is left in are ended.
func (w *wiring) rearrange(want map[call.LegID]ear) []effect {
	var orders []effect
	for _, leg := range slices.Sorted(maps.Keys(want)) {
		e := want[leg]
		if len(e.hears) > 0 || e.sound == "" || w.legs[leg].is(e) {
			continue
		}
		w.leave(leg)
		w.legs[leg] = wire{ear: e}
		orders = append(orders, park{leg, e.sound})
	}
	taken := map[call.ConversationID]bool{}
	for _, group := range groups(want) {
		if len(group) == 2 && len(want[group[0]].hears) == 1 && len(want[group[1]].hears) == 1 {
			orders = append(orders, w.bridge(want, group)...)
		} else {
			orders = append(orders, w.converse(want, group, taken)...)
		}
	}
	return append(orders, w.end()...)
}

// groups are the legs of want that belong together because one of them hears
// another, by their first legs.
func groups(want map[call.LegID]ear) [][]call.LegID {
	links := map[call.LegID][]call.LegID{}
	for leg, e := range want {
		for _, other := range e.hears {
			links[leg] = append(links[leg], other)
			links[other] = append(links[other], leg)
		}
	}
	var list [][]call.LegID
	seen := map[call.LegID]bool{}
	for _, first := range slices.Sorted(maps.Keys(links)) {
		if seen[first] {
			continue
		}
		seen[first] = true
		group := []call.LegID{first}
		for i := 0; i < len(group); i++ {
			for _, next := range links[group[i]] {
				if !seen[next] {
					seen[next] = true
					group = append(group, next)
				}
			}
		}
		slices.Sort(group)
		list = append(list, group)
	}
	return list
}

// bridge orders a plain bridge of two, an agent's line first.
func (w *wiring) bridge(want map[call.LegID]ear, pair []call.LegID) []effect {
	a, b := pair[0], pair[1]
	if w.line[b] && !w.line[a] {
		a, b = b, a
	}
	if w.legs[a].is(want[a]) && w.legs[b].is(want[b]) && w.legs[a].conversation == 0 && w.legs[b].conversation == 0 {
		return nil
	}
	w.bridged(a, b)
	return []effect{bridge{agent: a, customer: b}}
}

// converse orders a whole arrangement, in the conversation that one of the legs is
// in already if there is one.
func (w *wiring) converse(want map[call.LegID]ear, group []call.LegID, taken map[call.ConversationID]bool) []effect {
	var id call.ConversationID
	same := true
	for _, leg := range group {
		mine := w.legs[leg]
		if c := mine.conversation; c != 0 && !taken[c] && (id == 0 || c < id) {
			id = c
		}
		same = same && mine.is(want[leg]) && mine.conversation != 0
	}
	if id == 0 {
		w.last++
		id = w.last
	}
	taken[id], w.open[id] = true, true
	inside := 0
	for _, mine := range w.legs {
		if mine.conversation == id {
			inside++
		}
	}
	if same && inside == len(group) {
		return nil
	}
	order := call.Conversation{ID: id}
	for leg, mine := range w.legs {
		if mine.conversation == id {
			w.legs[leg] = wire{ear: ear{sound: call.Silence}}
		}
	}
	for _, leg := range group {
		w.leave(leg)
		w.legs[leg] = wire{ear: ear{hears: want[leg].hears}, conversation: id}
		order.Parts = append(order.Parts, call.Part{Leg: leg, Hears: want[leg].hears})
	}
	return []effect{converse{order}}
}

// end orders the end of conversations that nobody is in any more.
func (w *wiring) end() []effect {
	if len(w.open) == 0 {
		return nil
	}
	left := maps.Clone(w.open)
	for _, mine := range w.legs {
		delete(left, mine.conversation)
	}
	var orders []effect
	for _, id := range slices.Sorted(maps.Keys(left)) {
		delete(w.open, id)
		orders = append(orders, converse{call.Conversation{ID: id}})
	}
	return orders
}
