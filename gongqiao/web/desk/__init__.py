"""The desk 柜台: screens of social workers, specialists, managers, auditors."""
