package icws

// interactionRoutes are the resources of interactions and queues.
func interactionRoutes() []route {
	return []route{
		{"PUT", sub + "/queues/{subscriptionId}", "queues", 1, full, true, watchQueue, ""},
		{"DELETE", sub + "/queues/{subscriptionId}", "queues", 1, full, false, unwatchQueue, ""},
		{"PUT", sub + "/interactions/{interactionId}", "interactions", 2, full, true, watchInteraction, ""},
		{"DELETE", sub + "/interactions/{interactionId}", "interactions", 2, full, false, unwatchInteraction, ""},
		{"GET", "/{sessionId}/interactions/{interactionId}", "interactions", 1, full, false, getInteraction, ""},
		{"POST", "/{sessionId}/interactions/{interactionId}/disconnect", "interactions", 1, full, false, disconnectCall, ""},
		{"POST", "/{sessionId}/interactions/{interactionId}/pickup", "interactions", 1, full, false, pickupCall, ""},
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
