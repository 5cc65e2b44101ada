print("linden")
