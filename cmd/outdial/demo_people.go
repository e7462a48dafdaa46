package main

import (
	"fmt"
	"time"

	"github.com/outdial/outdial/internal/loopback"
)

// agentTone is what the agent of the demo says; every customer has a tone of
// their own, so that it is known who hears whom.
const agentTone = 400

// callBack is the disposition that promises another call.
const callBack = "Call back later"

// turn is what happens in a call once agent and customer hear each other.
type turn int

const (
	talks   turn = iota // the agent ends it
	machine             // the agent listens to the greeting up to the beep
	leaves              // the customer ends it
	held                // the agent puts the customer on hold and takes them back
	rests               // the agent asks for a break meanwhile
)

// person is a contact of the demo, and what is to become of the call.
type person struct {
	name     string
	number   string
	customer loopback.Customer
	turn     turn
	label    string // the agent's disposition; empty where the call is not answered
}

// answers tells whether an agent gets to speak to this person.
func (p person) answers() bool { return p.customer.Ends == loopback.Answer }

// cast gives people their numbers and voices.
func cast(from int, people []person) []person {
	for i := range people {
		p := &people[i]
		p.number = fmt.Sprintf("317555%04d", from+i)
		tone := 700 + 50*(i%50)
		if p.turn == machine {
			p.customer.Voice = loopback.Machine(1500*time.Millisecond, tone)
		} else if p.answers() {
			p.customer.Voice = loopback.Tone(tone)
		}
	}
	return people
}

func answering(name string, rings time.Duration, t turn, label string) person {
	return person{name: name, customer: loopback.Customer{Rings: rings}, turn: t, label: label}
}

// morning is the shift with a persistent connection: everything that can happen
// to a call, and then a number of plain ones.
func morning(plain int) []person {
	const ms = time.Millisecond
	people := []person{
		answering("Ada", 600*ms, talks, "Sale"),
		{name: "Bruno", customer: loopback.Customer{Ends: loopback.Busy}},
		{name: "Chiara", customer: loopback.Customer{Ends: loopback.NoAnswer}},
		answering("Dmitri", 400*ms, talks, "Not interested"),
		answering("Elena", 300*ms, machine, "Answering machine"),
		answering("Farid", 500*ms, leaves, "Not interested"),
		answering("Greta", 300*ms, held, "Sale"),
		{name: "Hugo", customer: loopback.Customer{Ends: loopback.NoSuchNumber}},
		{name: "Ines", customer: loopback.Customer{Ends: loopback.Refuse, Rings: 400 * ms}},
		answering("Jonas", 300*ms, rests, callBack),
	}
	for i := range people {
		if people[i].turn == leaves {
			people[i].customer.Talks = 1200 * ms
		}
	}
	for i := range plain {
		people = append(people, answering(more[i%len(more)], 300*ms, talks, "Not interested"))
	}
	return cast(100, people)
}

// afternoon is the shift without it.
func afternoon(calls int) []person {
	people := make([]person, calls)
	for i := range people {
		people[i] = answering(more[(i+8)%len(more)], 300*time.Millisecond, talks, "Not interested")
	}
	return cast(500, people)
}

var more = [...]string{
	"Karin", "Luca", "Mara", "Nils", "Olga", "Pavel", "Quinn", "Rosa",
	"Sven", "Tomas", "Uma", "Vera", "Wanda", "Xenia", "Yusuf", "Zoe",
}
