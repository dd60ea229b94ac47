"""What crosses packages: the settings home, service hours with the mail they hold, the ledger of mail, health."""
