"""路径一 精准需求识别: hearing needs precisely (paper 5.1)."""
