package pacing

// ByLimits dials as many as there is room for, as nobody has to be free.
const ByLimits By = "limits"

// Fill dials as much as there is room for, at most so many at a time.
func (p *Pacer) Fill(a Air, most int) Decision {
	d := Decision{By: ByLimits, At: a.Now, Flying: len(a.Flights) + a.Asked, Room: a.Room}
	d.Dial = d.within(most)
	return p.took(d)
}
