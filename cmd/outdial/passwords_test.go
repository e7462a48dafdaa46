package main

import (
	"database/sql"
	"testing"

	"github.com/outdial/outdial/internal/store"
)

// hashes are of the passwords of tests, NAME-secret, at next to no cost. What the usual
// ones take is for those who guess, and under the race detector half a second.
var hashes = map[string]string{
	"anna":  "$argon2id$v=19$m=64,t=1,p=1$W1taAZfUyFVaEk7xHbIokA$CNdcuHo5ddhzRVHYFg+M0+lQfhAJJsspKMaDu1x1GxU",
	"berta": "$argon2id$v=19$m=64,t=1,p=1$Pdf6S0507UXFF84vVhiJgQ$S9/tln7tYOw33B3sZQLTL6kNh2uy/LqTMBTTdqcdPeE",
	"chief": "$argon2id$v=19$m=64,t=1,p=1$hrr4Tjkei1rAejJ9FS9umw$Zj0ysslExUbMJKMZTY77yShoZpHoXZJk7Zh5ZQ1Tid4",
	"zoe":   "$argon2id$v=19$m=64,t=1,p=1$RGRcr0a7n1csSD6vCX/1MQ$Xp1BNpY8FBaAh48Cjv3X4XLYlpp8YOtk8Jqp3gWYDms",
}

// known makes a database that was given these passwords before, so that a server whose
// configuration gives them again keeps the hashes as they are.
func known(t *testing.T, path string, users ...string) {
	t.Helper()
	s, err := store.Open(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, user := range users {
		_, err := db.ExecContext(t.Context(), `INSERT INTO users (id, name, admin, logon_campaign, fixed_numbers, no_persistence, station, password, given)
			VALUES (?1, '', 0, 0, 0, 0, '', ?2, ?2)`, user, hashes[user])
		if err != nil {
			t.Fatal(err)
		}
	}
}
