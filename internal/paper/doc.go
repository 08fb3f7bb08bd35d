// Package paper prints A4 sheets as PDF, in Chinese with English beside it: headings, facts with their labels, tables
// that go on over pages.
//
// The font is Noto Sans SC (SIL Open Font License, font/OFL.txt), cut down to the characters of GBK, so that every
// registered name can be printed:
//
//	pyftsubset NotoSansSC_400Regular.ttf --text-file=gbk.txt --no-hinting --output-file=NotoSansSC-GBK.ttf
package paper
