from sambung.cli import main

main()
