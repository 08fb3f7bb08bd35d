package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"gongbao/internal/filestore"
)

// Names in the file.
const (
	planName       = "plan.json"
	manifestName   = "manifest.json"
	tablesFolder   = "tables/"
	documentFolder = "documents/"
)

func pieceName(table string, number int) string {
	return fmt.Sprintf("%s%s/%06d.copy", tablesFolder, table, number)
}

func documentName(digest filestore.Digest) string { return documentFolder + digest.String() }

const (
	pieceSize   = 4 << 20  // bytes of a table in one entry of the tar, at least
	manifestMax = 16 << 20 // bytes
	windowMax   = 64 << 20 // bytes that zstd may ask for
)

// The seal is a frame that zstd passes over: four bytes of magic, four of length, and what is ours.
const (
	sealMagic = 0x184D2A5B
	sealText  = "gongbao1"
	sealSize  = 8 + len(sealText) + sha256.Size
)

// zipMagic is how zstd begins.
var zipMagic = []byte{0x28, 0xB5, 0x2F, 0xFD}

// sealOf is the frame behind a file with the given hash.
func sealOf(sum []byte) []byte {
	seal := binary.LittleEndian.AppendUint32(nil, sealMagic)
	seal = binary.LittleEndian.AppendUint32(seal, uint32(len(sealText)+len(sum))) //nolint:gosec // 40
	return append(append(seal, sealText...), sum...)
}

// isSeal says that these bytes are a seal, whatever it seals.
func isSeal(frame []byte) bool {
	return len(frame) == sealSize && bytes.Equal(sealOf(frame[sealSize-sha256.Size:]), frame)
}
