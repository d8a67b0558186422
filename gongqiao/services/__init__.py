"""路径二 定制化服务: tailored services (paper 5.2)."""
