"""Lending 便民设施与借工具: what a station has for whoever waits or goes to work (人社部发〔2023〕65号)."""
