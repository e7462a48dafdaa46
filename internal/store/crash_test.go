package store

func crashing(path, work string) {}
