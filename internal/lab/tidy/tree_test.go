package tidy

import (
	"testing"

	"gongbao/internal/lab/code"
)

const module = code.Module

// source is one Go file of the house.
type source = code.File

// theHouse reads the whole module once for all tests.
func theHouse(t *testing.T) *code.House {
	t.Helper()
	read, err := code.Read()
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// snippet is a file that exists only in a test of a rule.
func snippet(t *testing.T, name, text string) *source {
	t.Helper()
	parsed, err := code.Parse(name, text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// finding is one breach of a rule.
type finding struct{ where, what string }

func (f finding) String() string { return f.where + ": " + f.what }

func report(t *testing.T, findings []finding) {
	t.Helper()
	for _, found := range findings {
		t.Error(found)
	}
}
