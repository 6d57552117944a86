"""``python -m icd9_review …``"""

from icd9_review.cli.main import main

if __name__ == "__main__":
    main()
