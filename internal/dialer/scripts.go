package dialer

// showScript sends an agent the base script of a campaign that he is logged in to.
func (s *state) showScript(a *liveAgent, lc *liveCampaign) {
	form, scripted := lc.def.Form()
	if _, in := a.in[lc.def.ID]; in && scripted {
		s.tell(ScriptShown{Agent: a.id, Campaign: lc.def.ID, Script: form})
	}
}
