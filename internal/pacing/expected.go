package pacing

// Z is how many standard deviations of safety it keeps.
func (p *Pacer) Z() float64 { return p.memory.Z }

// Odds are the chance that a call dialed now will be answered by a person.
func (p *Pacer) Odds() float64 { return p.memory.rate(Class{}) }

// Expected is how many of the calls in the air, and of the contacts asked for, will
// be answered by people, however long that takes.
func (p *Pacer) Expected(a Air) float64 {
	if len(a.Flights) == 0 && a.Asked == 0 {
		return 0
	}
	mean, _ := p.odds.survey(a, &p.memory)
	return mean + float64(a.Asked)*p.memory.rate(a.Class)
}
