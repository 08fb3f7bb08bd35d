package fact

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"

	"github.com/google/uuid"
)

// Envelope is the value of a record of the topic: all parts of one event, for the regulator. Its parts keep the exact
// bytes that were hashed.
type Envelope struct {
	Common     json.RawMessage   `json:"common"`
	CommonSalt HexDigest         `json:"common_salt"`
	Sections   []EnvelopeSection `json:"sections"`
	Manifest   json.RawMessage   `json:"manifest"`
}

// DecodeEnvelope reads a record's value; one that cannot be read is ErrEnvelopeInvalid. The hashes are not checked:
// see Verify.
func DecodeEnvelope(value []byte) (*Envelope, error) {
	var envelope Envelope
	if err := json.Unmarshal(value, &envelope); err != nil {
		return nil, ErrEnvelopeInvalid.From(err)
	}
	return &envelope, nil
}

// LeafHash is the event's leaf in the proof log: SHA-256 of the manifest.
func (e *Envelope) LeafHash() [sha256.Size]byte { return sha256.Sum256(e.Manifest) }

// Verify recomputes every hash of the manifest; ErrEnvelopeInvalid names the part that does not agree.
func (e *Envelope) Verify() error {
	manifest, err := verifyCommon(e.Manifest, e.CommonSalt, e.Common)
	if err != nil {
		return err
	}
	if len(manifest.Sections) != len(e.Sections) {
		return ErrEnvelopeInvalid.With("%d sections, the manifest lists %d", len(e.Sections), len(manifest.Sections))
	}
	for i, line := range manifest.Sections {
		section := e.Sections[i]
		if i > 0 && line.Member <= manifest.Sections[i-1].Member {
			return ErrEnvelopeInvalid.With("the manifest lists %s out of order", line.Member)
		}
		if section.Member != line.Member || !bytes.Equal(saltedHash(section.Salt, section.Body), line.Hash) {
			return ErrEnvelopeInvalid.With("the section of %s", section.Member)
		}
	}
	return nil
}

// MemberView is what one member receives of an event: what it may see, and enough to prove it.
type MemberView struct {
	Common     json.RawMessage `json:"common"`
	CommonSalt HexDigest       `json:"common_salt"`
	Section    EnvelopeSection `json:"section"`
	Manifest   json.RawMessage `json:"manifest"`
}

// ForMember is the member's view; ok is false when the event does not concern the member.
func (e *Envelope) ForMember(member string) (view MemberView, ok bool) {
	for _, section := range e.Sections {
		if section.Member == member {
			return MemberView{Common: e.Common, CommonSalt: e.CommonSalt, Section: section, Manifest: e.Manifest}, true
		}
	}
	return MemberView{}, false
}

// Verify recomputes the two hashes a member can recompute; ErrEnvelopeInvalid when one does not agree.
func (v *MemberView) Verify() error {
	manifest, err := verifyCommon(v.Manifest, v.CommonSalt, v.Common)
	if err != nil {
		return err
	}
	for _, line := range manifest.Sections {
		if line.Member == v.Section.Member && bytes.Equal(saltedHash(v.Section.Salt, v.Section.Body), line.Hash) {
			return nil
		}
	}
	return ErrEnvelopeInvalid.With("the section of %s", v.Section.Member)
}

// verifyCommon checks the common part against the manifest, and that both are about the same event.
func verifyCommon(listed json.RawMessage, salt, body []byte) (Manifest, error) {
	var manifest Manifest
	if err := json.Unmarshal(listed, &manifest); err != nil {
		return manifest, ErrEnvelopeInvalid.With("the manifest").From(err)
	}
	if len(salt) != saltBytes || !bytes.Equal(saltedHash(salt, body), manifest.Common) {
		return manifest, ErrEnvelopeInvalid.With("the common part of %s", manifest.ID)
	}
	var named struct {
		ID   uuid.UUID `json:"id"`
		Pool string    `json:"pool"`
	}
	if err := json.Unmarshal(body, &named); err != nil {
		return manifest, ErrEnvelopeInvalid.With("the common part of %s", manifest.ID).From(err)
	}
	if named.ID != manifest.ID || named.Pool != manifest.Pool {
		return manifest, ErrEnvelopeInvalid.With("the manifest of %s is about %s", named.ID, manifest.ID)
	}
	return manifest, nil
}
