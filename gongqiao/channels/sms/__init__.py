"""SMS 短信: one line, by Aliyun or Tencent Cloud, signed HTTP by the standard library (paper 5.1-3, 5.2-1)."""
