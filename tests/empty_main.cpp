// The program of targets that exist for their precompiled headers (cmake/DarisTest.cmake).
int main() { return 0; }
