/* Embeds frameworks.yaml: the bytes between frameworks_begin and frameworks_end. */
  .section .rodata
  .global recgauge_frameworks_begin
  .global recgauge_frameworks_end
recgauge_frameworks_begin:
  .incbin RECGAUGE_FRAMEWORKS
recgauge_frameworks_end:
  .byte 0
  .section .note.GNU-stack,"",%progbits
