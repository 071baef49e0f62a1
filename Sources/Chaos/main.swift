import CommandLineParsing

ChaosCommand.main()
