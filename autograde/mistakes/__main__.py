"""`python -m autograde.mistakes` measures the checks against the bank."""

from autograde.bench import main

if __name__ == "__main__":
    main()
