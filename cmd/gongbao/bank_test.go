package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestABankAnswersAPaymentFile lays a payment file before the bank to practise with, and wants both answers beside it,
// or where they are asked for.
func TestABankAnswersAPaymentFile(t *testing.T) {
	content, err := os.ReadFile("../../internal/iso20022/testdata/two-payers.pain.001.xml")
	if err != nil {
		t.Fatal(err)
	}
	folder, elsewhere := t.TempDir(), t.TempDir()
	file := filepath.Join(folder, "G1-7-F3.xml")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"bank", file, "--reject", "G1-7-2-1=AM04", "--return", "G1-7-1-1"}
	for _, at := range []string{folder, elsewhere} {
		if at == elsewhere {
			args = append(args, "--output", elsewhere)
		}
		if out, _, err := typed(t, args...); err != nil || !strings.Contains(out, filepath.Join(at, "G1-7-F3.pain.002.xml")) {
			t.Fatalf("%s%v", out, err)
		}
		for name, says := range map[string]string{"G1-7-F3.pain.002.xml": "AM04", "G1-7-F3.camt.054.xml": "AC04"} {
			text, err := os.ReadFile(filepath.Join(at, name))
			if err != nil || !strings.Contains(string(text), says) {
				t.Errorf("%s does not say %s: %v", name, says, err)
			}
		}
	}
	for flag, says := range map[string]string{
		"--return=G9-1-1-1": "no transfer", "--reject=G1-7-2-1=XX": "knows no reason",
	} {
		if _, status, err := typed(t, "bank", file, flag); status != exitMisused || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: status %d, %v", flag, status, err)
		}
	}
	if _, status, err := typed(t, "bank", filepath.Join(folder, "G1-7-F3.camt.054.xml")); status != exitFailed ||
		!strings.Contains(err.Error(), "this is no pain.001") {
		t.Errorf("an answer is no payment file: status %d, %v", status, err)
	}
}
