package paper

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"sync"

	"golang.org/x/image/font/sfnt"
)

//go:embed font/NotoSansSC-GBK.ttf.gz
var fontFile []byte

// font unpacks the font once; a font that cannot be unpacked is a fault of the build, and a test prints with it.
var font = sync.OnceValue(func() []byte {
	unpacked, err := gzip.NewReader(bytes.NewReader(fontFile))
	if err != nil {
		panic("paper: the font: " + err.Error())
	}
	content, err := io.ReadAll(unpacked)
	if err != nil {
		panic("paper: the font: " + err.Error())
	}
	return content
})

// outlines are the font's, to know which characters it has.
var outlines = sync.OnceValue(func() *sfnt.Font {
	parsed, err := sfnt.Parse(font())
	if err != nil {
		panic("paper: the font: " + err.Error())
	}
	return parsed
})
