"""The clinical page: why the model gives a code its probability, to read and to print."""
