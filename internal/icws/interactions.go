package icws

// interactionRoutes are the resources of interactions and queues.
func interactionRoutes() []route {
	return []route{
		{"PUT", sub + "/queues/{subscriptionId}", "queues", 1, full, true, watchQueue, "one's own queue and that of one's station"},
		{"DELETE", sub + "/queues/{subscriptionId}", "queues", 1, full, false, unwatchQueue, ""},
		{"PUT", sub + "/interactions/{interactionId}", "interactions", 2, full, true, watchInteraction, "one's own calls"},
		{"DELETE", sub + "/interactions/{interactionId}", "interactions", 2, full, false, unwatchInteraction, ""},
		{"GET", "/{sessionId}/interactions/{interactionId}", "interactions", 1, full, false, getInteraction, "one's own calls"},
		{"POST", "/{sessionId}/interactions/{interactionId}/disconnect", "interactions", 1, full, false, disconnectCall, ""},
		{"POST", "/{sessionId}/interactions/{interactionId}/pickup", "interactions", 1, full, false, pickupCall, "takes a held call back; on a connected call it does nothing"},
		{"POST", "/{sessionId}/interactions/{interactionId}/hold", "interactions", 1, full, true, holdCall, ""},
		{"POST", "/{sessionId}/interactions/{interactionId}/mute", "interactions", 1, full, true, muteCall, ""},
	}
}

// interactionAbsences are documented and not served.
func interactionAbsences() []absence {
	const p = "/{sessionId}/interactions"
	return []absence{
		{"POST", p, "interactions", 3, "not yet"},
	}
}
