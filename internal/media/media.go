// Package media carries RTP: legs, bridges between them, prompts and tones.
package media
