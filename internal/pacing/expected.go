package pacing

// Expected is how many of the calls in the air, and of the contacts asked for, will
// be answered by people, however long that takes.
func (p *Pacer) Expected(a Air) float64 {
	if len(a.Flights) == 0 && a.Asked == 0 {
		return 0
	}
	p.odds.refresh(&p.memory)
	p.odds.survey(a, &p.memory)
	sum := float64(a.Asked) * p.memory.rate(a.Class)
	for i := range p.odds.skies {
		s := &p.odds.skies[i]
		for age, n := range s.calls {
			if n > 0 {
				even := s.rate / (1 - s.rate) * p.odds.left[age]
				sum += float64(n) * even / (1 + even)
			}
		}
	}
	return sum
}
