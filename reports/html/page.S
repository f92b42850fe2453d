/* Embeds the built pages: the bytes between report_page_begin and report_page_end, view_page_begin and view_page_end. */
  .section .rodata
  .global recgauge_report_page_begin
  .global recgauge_report_page_end
recgauge_report_page_begin:
  .incbin RECGAUGE_REPORT_PAGE
recgauge_report_page_end:
  .byte 0
  .global recgauge_view_page_begin
  .global recgauge_view_page_end
recgauge_view_page_begin:
  .incbin RECGAUGE_VIEW_PAGE
recgauge_view_page_end:
  .byte 0
  .section .note.GNU-stack,"",%progbits
